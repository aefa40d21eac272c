import { variables, type Variable } from './env.ts';

function defaultOf({ name, isRequired, default: value }: Variable): string {
  if (isRequired) return 'must be set';
  // A path on the machine that wrote this table.
  if (value === undefined || name === 'WEB_ROOT') return '–';
  return `\`${JSON.stringify(value).replaceAll('"', '')}\``;
}

/** docs/configuration.md, whole. */
export function configurationDocument(): string {
  const rows = variables().map((variable) => {
    const { name, isSecret, says } = variable;
    const named = isSecret ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
    return `| ${named} | ${defaultOf(variable)} | ${says.replaceAll('|', '\\|')} |`;
  });
  return `# Configuration

Environment variables, read once at the start and judged together: a wrong value stops the start, and every fault is listed
at once. \`npm run check-config\` says what a process would do with the settings it is given, and exits. A variable with a
second name in \`_FILE\` is a secret: the second name takes a file that holds it, as container engines and systemd provide them.

Written by \`node apps/api/dist/check-config.js --document\` from what reads the variables; a test compares the two.

| variable | unless set | |
|---|---|---|
${rows.join('\n')}
`;
}
