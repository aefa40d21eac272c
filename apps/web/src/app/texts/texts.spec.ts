import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as compiler from '@angular/compiler';
import ts from 'typescript';
import * as ar from './ar';
import { texts } from './en';
import * as es from './es';
import { known } from './language';
import * as chinese from './zh-hans';

const app = join(import.meta.dirname, '..');

/** Every text of a file by its name, called with whatever fits. */
function written(translation: object): Map<string, string> {
  const all = new Map<string, string>();
  for (const [section, ofSection] of Object.entries(translation))
    for (const [name, text] of Object.entries(ofSection as Record<string, unknown>))
      all.set(`${section}.${name}`, typeof text === 'function' ? say(text as Sentence) : String(text));
  return all;
}

type Sentence = (...given: unknown[]) => string;

function say(text: Sentence): string {
  const tried = [
    [3, 3],
    ['Mina', 'Leo'],
    [['Mina', 'Leo'], 3],
    ['Mina', 3],
  ];
  for (const given of tried) {
    const said = catching(() => text(...given));
    if (said && !said.includes('NaN')) return said;
  }
  throw new Error(`nothing fits ${String(text)}`);
}

function catching<Answer>(call: () => Answer): Answer | null {
  try {
    return call();
  } catch {
    return null;
  }
}

const productName = /^( · )?Exco Live$/;
const words = /\p{L}{2,}/u;

/** Sentences and labels in a template: between tags, in attributes that are read out or shown, in expressions. */
function textsInTemplate(template: string, path: string): string[] {
  const found: string[] = [];
  const shown = ['aria-label', 'title', 'placeholder', 'alt', 'label', 'aria-description'];
  class Expressions extends compiler.RecursiveAstVisitor {
    override visitLiteralPrimitive(ast: compiler.LiteralPrimitive): void {
      if (typeof ast.value === 'string' && /^\p{Lu}\p{Ll}|\p{L} \p{L}/u.test(ast.value)) found.push(ast.value);
    }
    override visitInterpolation(ast: compiler.Interpolation, context: unknown): void {
      found.push(...ast.strings.filter((text) => words.test(text)));
      super.visitInterpolation(ast, context);
    }
  }
  const expressions = new Expressions();
  class Nodes extends compiler.TmplAstRecursiveVisitor {
    override visitText(text: compiler.TmplAstText): void {
      if (words.test(text.value)) found.push(text.value.trim());
    }
    override visitTextAttribute({ name, value }: compiler.TmplAstTextAttribute): void {
      if (shown.includes(name) && words.test(value)) found.push(value);
    }
    override visitBoundText({ value }: compiler.TmplAstBoundText): void {
      expressions.visit((value as compiler.ASTWithSource).ast);
    }
    override visitBoundAttribute({ value }: compiler.TmplAstBoundAttribute): void {
      expressions.visit((value as compiler.ASTWithSource).ast);
    }
  }
  const parsed = compiler.parseTemplate(template, path);
  compiler.tmplAstVisitAll(new Nodes(), parsed.nodes);
  return found;
}

/** Sentences in code: with a space in them, but for those of errors that no student sees. */
function textsInCode(path: string): string[] {
  const found: string[] = [];
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    const called = ts.isNewExpression(node) || ts.isCallExpression(node) ? node.expression.getText(source) : '';
    if (called === 'super' || called.endsWith('Error')) return;
    if (ts.isPropertyAssignment(node) && ['template', 'styles', 'selector'].includes(node.name.getText(source))) {
      if (node.name.getText(source) === 'template' && ts.isStringLiteralLike(node.initializer))
        found.push(...textsInTemplate(node.initializer.text, path));
      return;
    }
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      if (/^\p{Lu}\p{Ll}+(\s\p{L}|[.…!?]$)|\p{L}{2,} \p{L}{2,}/u.test(node.text)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('the texts', () => {
  it('stand in the language files and nowhere else', () => {
    const templates = globSync('**/*.html', { cwd: app });
    const code = globSync('**/*.ts', { cwd: app }).filter((path) => !/\.spec\.ts$|^texts\//.test(path));
    expect(templates.length).toBeGreaterThan(5);
    const outside = [
      ...templates.map((path) => [path, textsInTemplate(readFileSync(join(app, path), 'utf8'), path)]),
      ...code.map((path) => [path, textsInCode(join(app, path))]),
    ]
      .map(([path, found]) => [path, (found as string[]).filter((text) => !productName.test(text))])
      .filter(([, found]) => found && found.length > 0);
    expect(outside).toEqual([]);
  });

  it.each([
    ['es', es.texts],
    ['zh-Hans', chinese.texts],
    ['ar', ar.texts],
  ])('are all there in %s, each in its own words', (_, translation) => {
    const english = written(texts);
    const other = written(translation);
    expect([...english.keys()].filter((name) => !other.has(name))).toEqual([]);
    const unitsAreTheSame = /^(countdown|speed|app\.language|people\.secondsLeft)/;
    const copied = [...english].filter(([name, text]) => other.get(name) === text && !unitsAreTheSame.test(name));
    expect(copied).toEqual([]);
  });

  it('say what was put into them, in each language', () => {
    for (const translation of [texts, es.texts, chinese.texts, ar.texts]) {
      expect(translation.arrival?.cameAlong?.(['Mina', 'Leo'])).toMatch(/Mina.*Leo/);
      expect(translation.tryingAgain?.in?.('Oh.', 7)).toMatch(/Oh\..*7/);
    }
  });

  it.each([
    ['es-MX', 'es'],
    ['zh-CN', 'zh-Hans'],
    ['AR', 'ar'],
    ['tlh', null],
    ['', null],
    ['<script>', null],
  ])('in the browser’s language %s: %s', (tag, language) => {
    expect(known(tag)).toBe(language);
  });

  it('keep the direction of the words around a name that runs the other way', () => {
    expect(texts.arrival.broughtBy('محمد')).toBe('\u2068محمد\u2069 checked you in');
    expect(ar.texts.arrival?.broughtBy?.('Mina')).toContain('\u2068Mina\u2069');
    expect(texts.arrival.broughtBy('Mina')).toBe('Mina checked you in');
  });
});
