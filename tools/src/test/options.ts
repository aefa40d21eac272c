import { parseArgs } from 'node:util';
import { StackError } from '@exco/local-stack';

export interface TestOptions {
  help: boolean;
  /** Only test files whose path matches this, as a regular expression without regard to case. */
  filter: string | null;
  /** The unit tests whose path matches this run again at each change of a file. */
  watch: string | null;
}

export const usage = `npm test                       everything: lint, types, unit tests, API e2e, browser e2e
npm test -- --filter check-in  the unit, API e2e and browser e2e test files whose path matches
npm test -- --watch batcher    the matching unit tests of one project, again at each change`;

/** @throws StackError */
export function readTestOptions(args: readonly string[]): TestOptions {
  const { values } = parse(args);
  for (const pattern of [values.filter, values.watch]) checkPattern(pattern);
  if (values.filter !== undefined && values.watch !== undefined)
    throw new StackError('Give either --filter or --watch, not both.');
  return { help: values.help, filter: values.filter ?? null, watch: values.watch ?? null };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', default: false },
        filter: { type: 'string' },
        watch: { type: 'string' },
      },
    });
  } catch (error) {
    throw new StackError(`${(error as Error).message}\n\n${usage}`, { cause: error });
  }
}

function checkPattern(pattern: string | undefined): void {
  if (pattern === undefined) return;
  try {
    if (new RegExp(pattern, 'i').test('')) throw new StackError(`"${pattern}" matches every file.`);
  } catch (error) {
    if (error instanceof StackError) throw error;
    throw new StackError(`"${pattern}" is not a regular expression: ${(error as Error).message}`, { cause: error });
  }
}
