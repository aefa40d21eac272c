import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ts from 'typescript';
import { sections } from './sections.ts';
import type { Summary } from './summary.ts';

const here = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

function uPlot(file: string): string {
  const main = createRequire(import.meta.url).resolve('uplot');
  return readFileSync(new URL(file, `file://${main}`), 'utf8');
}

/** Inside a script element only this could end it. */
const inScript = (text: string) => text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');

/** The report of one run: one file that opens anywhere, without a network. */
export function reportHtml(summary: Summary): string {
  const page = ts.transpile(here('page.ts'), { target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.ESNext });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Load test: ${summary.options.students.toLocaleString('en')} students, ${summary.verdict.outcome}</title>
<link rel="icon" href="data:,">
<style>${uPlot('uPlot.min.css')}${here('page.css')}</style>
</head>
<body>
${sections(summary)}
<script type="application/json" id="summary">${JSON.stringify(summary).replaceAll('<', '\\u003c')}</script>
<script>${inScript(uPlot('uPlot.iife.min.js'))}</script>
<script type="module">${inScript(page)}</script>
</body>
</html>
`;
}
