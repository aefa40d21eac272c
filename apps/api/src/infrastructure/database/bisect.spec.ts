import { bisect } from './bisect.ts';

class Faulty extends Error {}
const isFaulty = (error: unknown): boolean => error instanceof Faulty;

function aTable(faulty: number[]) {
  const statements: number[][] = [];
  const write = (rows: readonly number[]) => {
    statements.push([...rows]);
    if (rows.some((row) => faulty.includes(row))) return Promise.reject(new Faulty('out of range'));
    return Promise.resolve(rows.map((row) => row * 10));
  };
  return { statements, write };
}

test('rows without a fault are one statement, with a result each', async () => {
  const { statements, write } = aTable([]);
  expect(await bisect([1, 2, 3], write, isFaulty)).toEqual([10, 20, 30].map((result) => ({ kind: 'written', result })));
  expect(statements).toHaveLength(1);
});

test.each([[[1]], [[7]], [[64]], [[3, 4]], [[1, 64]], [Array.from({ length: 64 }, (_, at) => at + 1)]])(
  'the faulty rows %j of 64 are refused, all others written, in their order',
  async (faulty) => {
    const rows = Array.from({ length: 64 }, (_, at) => at + 1);
    const outcomes = await bisect(rows, aTable(faulty).write, isFaulty);
    expect(outcomes.map(({ kind }) => kind)).toEqual(rows.map((row) => (faulty.includes(row) ? 'refused' : 'written')));
    outcomes.forEach((outcome, at) => {
      if (outcome.kind === 'written') expect(outcome.result).toBe((rows[at] ?? 0) * 10);
    });
  },
);

test('one faulty row of 512 costs at most 19 statements', async () => {
  const { statements, write } = aTable([300]);
  await bisect(
    Array.from({ length: 512 }, (_, at) => at),
    write,
    isFaulty,
  );
  expect(statements.length).toBeLessThanOrEqual(19);
});

test('an error that is of no row is thrown and tried no further', async () => {
  let tries = 0;
  const write = () => {
    tries++;
    return Promise.reject(new Error('away'));
  };
  await expect(bisect([1, 2], write, isFaulty)).rejects.toThrow('away');
  expect(tries).toBe(1);
});
