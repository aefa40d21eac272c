import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * Two lint rules about relative imports: which folder may import which, and no cycles. The graph of a project is read
 * once with a pattern instead of a parser: a whole project takes some 20 ms, where eslint-plugin-import-x parses every
 * file a second time.
 */

const importPattern =
  /(?:^|[\s;}])(?:import|export)\b[^'"`;]*?\bfrom\s*['"](\.[^'"]+)['"]|\bimport\s*\(?\s*['"](\.[^'"]+)['"]/g;
const endings = ['', '.ts', '.mts', '.mjs', '/index.ts'];

function resolved(from, target) {
  const path = resolve(dirname(from), target);
  return endings.map((ending) => path + ending).find((one) => /\.\w+$/.test(one) && existsSync(one)) ?? null;
}

function importsOf(file) {
  const found = readFileSync(file, 'utf8').matchAll(importPattern);
  return [...found].map(([, from, dynamic]) => resolved(file, from ?? dynamic)).filter((one) => one !== null);
}

/** Of each file in a cycle, by file: the number of its cycle (strongly connected component, Tarjan 1972). */
function cyclesOf(graph) {
  const order = new Map();
  const low = new Map();
  const stack = [];
  const inCycle = new Map();
  let cycles = 0;
  const visit = (file) => {
    order.set(file, order.size);
    low.set(file, order.get(file));
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) {
        visit(next);
        low.set(file, Math.min(low.get(file), low.get(next)));
      } else if (stack.includes(next)) low.set(file, Math.min(low.get(file), order.get(next)));
    }
    if (low.get(file) !== order.get(file)) return;
    const component = stack.splice(stack.indexOf(file));
    cycles++;
    if (component.length > 1 || graph.get(file).includes(file)) for (const one of component) inCycle.set(one, cycles);
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return inCycle;
}

/** An editor keeps the process: what it knows of a project is read again after so long. */
const keptMilliseconds = 5_000;
const known = new Map();

function cyclesIn(root) {
  const found = known.get(root);
  if (found && Date.now() - found.at < keptMilliseconds) return found.cycles;
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && /\.m?ts$/.test(entry.name) && !/(^|[\\/])(dist|node_modules)([\\/]|$)/.test(entry.parentPath),
    )
    .map((entry) => join(entry.parentPath, entry.name));
  const cycles = cyclesOf(new Map(files.map((file) => [file, importsOf(file)])));
  known.set(root, { at: Date.now(), cycles });
  return cycles;
}

/** Visits every import, re-export and dynamic import with the text of its source. */
const eachSource = (visit) => ({
  ImportDeclaration: ({ source }) => visit(source),
  ExportNamedDeclaration: ({ source }) => source && visit(source),
  ExportAllDeclaration: ({ source }) => visit(source),
  ImportExpression: ({ source }) => source.type === 'Literal' && visit(source),
});

/** No file may import itself through others, types included: neither can then be understood or moved alone. */
export const noImportCycle = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object', properties: { roots: { type: 'array', items: { type: 'string' } } } }],
    messages: { cycle: 'this import closes a cycle: {{target}} leads back to this file' },
  },
  create: (context) => {
    const root = context.options[0].roots
      .map((one) => join(context.cwd, one))
      .find((one) => context.filename.startsWith(one + sep));
    if (!root) return {};
    const cycles = cyclesIn(root);
    return eachSource((source) => {
      if (!source.value.startsWith('.')) return;
      const target = resolved(context.filename, source.value);
      const cycle = target && cycles.get(target);
      if (cycle && cycle === cycles.get(context.filename))
        context.report({ node: source, messageId: 'cycle', data: { target: relative(root, target) } });
    });
  },
};

/**
 * Which folder below `root` may import which. A file belongs to the longest folder of `allowed` that it lies in; the
 * entry points right in `root` may import everything. A folder may import itself and what its list names.
 */
export const layers = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object', properties: { root: { type: 'string' }, allowed: { type: 'object' } } }],
    messages: {
      arrow: '{{from}} must not import {{to}}',
      unlisted: 'no rule says what this folder may import: add it to the layers in eslint.config.mjs',
    },
  },
  create: (context) => {
    const { root, allowed } = context.options[0];
    const folderOf = (file) => {
      const path = relative(join(context.cwd, root), file).split(sep).join('/');
      const folders = Object.keys(allowed).filter((folder) => path.startsWith(`${folder}/`));
      return folders.sort((one, other) => other.length - one.length)[0] ?? null;
    };
    const from = folderOf(context.filename);
    if (from === null) {
      const isEntryPoint = dirname(context.filename) === join(context.cwd, root);
      return isEntryPoint ? {} : { Program: (node) => context.report({ node, messageId: 'unlisted' }) };
    }
    const isAllowed = (to) => to === from || allowed[from].some((one) => to === one || to?.startsWith(`${one}/`));
    return eachSource((source) => {
      if (!source.value.startsWith('.')) return;
      const to = folderOf(resolve(dirname(context.filename), source.value));
      if (!isAllowed(to))
        context.report({ node: source, messageId: 'arrow', data: { from, to: to ?? 'an entry point' } });
    });
  },
};
