import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { checkout } from './env.ts';

const documents = globSync(['*.md', 'docs/**/*.md', 'loadtest/*.md', 'deploy/**/*.md'], { cwd: checkout });
const read = (file: string) => readFileSync(join(checkout, file), 'utf8');

function headings(markdown: string): string[] {
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-');
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slug(heading));
}

/** Every link to another place in this repository, outside code blocks. */
function localLinks(markdown: string): string[] {
  const text = markdown.replace(/^```[^]*?^```/gm, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)]
    .map(([, first, second]) => first ?? second ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
}

function isBroken(link: string, file: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : relative(checkout, join(checkout, dirname(file), path));
  if (!existsSync(join(checkout, target))) return true;
  return anchor !== undefined && !headings(read(target)).includes(anchor);
}

test('every local link in a document leads to a file, and to a heading where it names one', () => {
  const broken = documents.flatMap((file) =>
    localLinks(read(file))
      .filter((link) => isBroken(link, file))
      .map((link) => `${file}: ${link}`),
  );
  expect(broken).toEqual([]);
});

const decisions = readdirSync(join(checkout, 'docs/decisions')).filter((name) => /^\d/.test(name));

test('decisions are numbered without a gap, and the index lists each of them', () => {
  expect(decisions.map((name) => Number(name.slice(0, 4)))).toEqual(decisions.map((_, index) => index + 1));
  expect(localLinks(read('docs/decisions/README.md'))).toEqual(decisions);
});

test('every decision has a date, context, choice and consequence', () => {
  const incomplete = decisions.filter((name) => {
    const text = read(join('docs/decisions', name));
    const parts = ['context', 'choice', 'consequence'].every((part) => headings(text).includes(part));
    return !parts || !/^# \d+\. .+\n[^]*^Date: \d{4}-\d\d-\d\d$/m.test(text);
  });
  expect(incomplete).toEqual([]);
});

test('the way of one check-in names files that exist, none twice', () => {
  const [, section = ''] = /^## The way of one check-in$([^]*?)^## /m.exec(read('CONTRIBUTING.md')) ?? [];
  const files = [...section.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(9);
  expect(files.filter((file) => !existsSync(join(checkout, file)))).toEqual([]);
  expect(new Set(files).size).toBe(files.length);
});

test('the security tests are files that exist, and each line says how its test was seen failing', () => {
  const text = read('docs/security-tests.md');
  const files = [...text.matchAll(/`([\w./-]+\.spec\.ts)`/g)].map(([, file = '']) =>
    join('apps', file.replace(/^(api-e2e|web-e2e|api|web)\/(?!src\/)/, '$1/src/')),
  );
  expect(files.length).toBeGreaterThan(30);
  expect(files.filter((file) => !existsSync(join(checkout, file)))).toEqual([]);
  const rows = [...text.matchAll(/^\| (?!-|.*seen failing by \|$)(.+) \|$/gm)].map(([, row = '']) => row.split(' | '));
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((cells) => /^(–|-|)$/.test(cells.at(-1) ?? '')).map(([attack]) => attack)).toEqual([]);
});

test('CONTRIBUTING.md names every npm script, and in a table every Nx target', () => {
  const contributing = read('CONTRIBUTING.md');
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const unnamed = Object.keys(scripts).filter(
    (name) => !new RegExp(`npm (run )?${name}(?![\\w:-])`).test(contributing),
  );
  expect(unnamed).toEqual([]);
  const projects = globSync(['apps/*/project.json', 'libs/*/project.json', '{tools,loadtest}/project.json'], {
    cwd: checkout,
  }).map((file) => JSON.parse(read(file)) as { targets: Record<string, unknown> });
  const inTable = [...contributing.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, target]) => target),
  );
  const targets = new Set(projects.flatMap((project) => Object.keys(project.targets)));
  expect([...targets].filter((target) => !inTable.includes(target))).toEqual([]);
});
