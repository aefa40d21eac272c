import { formsWithACase, statementForms, tellsFormsAsListed } from '@exco/testing';
import { givenDatabaseUrl } from '../support/env.ts';
import { TestStack } from '../support/test-stack.ts';

/*
 * Every statement that the API and the worker sent while the files before this one ran has a case in query-plans.spec.ts,
 * which counts the rows that it reads. A failure here names a statement without one.
 */

/** Why a statement needs no case. */
const exempt: [pattern: RegExp, reason: string][] = [
  [
    /`(staged|known|one)_\w+`/,
    'a roster import reads its own file, and the roster once; its connection serves nobody else',
  ],
  [/`installations`/, 'one row, read once by each process at its start'],
];

let stack: TestStack;
beforeAll(async () => (stack = await TestStack.shared()));
afterAll(() => stack.close());

async function withoutACase(): Promise<string[]> {
  const known = new Set(formsWithACase());
  const forms = await statementForms(stack.database);
  return forms.filter((form) => !known.has(form) && !exempt.some(([pattern]) => pattern.test(form)));
}

test('no statement is without a case', async () => {
  // Of a server that was given, nobody knows who else asks it, and whether it counts.
  if (givenDatabaseUrl() || !(await tellsFormsAsListed(stack.database))) return;
  await (await stack.signIn((await stack.aClass(3))[0])).get('/api/events');
  expect(await withoutACase()).toEqual([]);

  const asApi = await stack.asApi();
  await asApi.query("SELECT title FROM live_events WHERE title = 'a statement of nobody'");
  await asApi.destroy();
  expect(await withoutACase()).toEqual(['SELECT `title` FROM `live_events` WHERE `title` = ?']);
});
