import { csvOf, jsonOf } from './csv.ts';

async function* pages<T>(...all: T[][]): AsyncGenerator<T[]> {
  for (const page of all) yield await Promise.resolve(page);
}

async function whole(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

test.each([
  ['=SUM(A1:A9)', "'=SUM(A1:A9)"],
  ['+49 30', "'+49 30"],
  ['-1', "'-1"],
  ['@here', "'@here"],
  ['＝SUM(A1:A9)', "'＝SUM(A1:A9)"],
  ['＋49', "'＋49"],
  ['－1', "'－1"],
  ['＠here', "'＠here"],
  ['\tcmd', '"\'\tcmd"'],
  ['=a,b', '"\'=a,b"'],
  ['Martin King, Jr.', '"Martin King, Jr."'],
  ['Robert "Bobby" Tables', '"Robert ""Bobby"" Tables"'],
  ['two\r\nlines', '"two\r\nlines"'],
  [' spaces ', '" spaces "'],
  ['O’Neill-Smith', 'O’Neill-Smith'],
])('the cell %j', async (text, cell) => {
  expect(await whole(csvOf(['a'], pages([{ a: text }])))).toBe(`\ufeffa\r\n${cell}\r\n`);
});

test('numbers stay numbers, also negative ones; nothing is an empty cell; a list is one cell', async () => {
  const row = { a: -1, b: 2.5, c: null, d: true, e: ['7B', '8C'], f: [] };
  const text = await whole(csvOf(['a', 'b', 'c', 'd', 'e', 'f'], pages([row])));
  expect(text).toBe('\ufeffa,b,c,d,e,f\r\n-1,2.5,,yes,"7B; 8C",\r\n');
});

test('a file has a byte order mark, its header, and the rows of all pages', async () => {
  expect(
    await whole(csvOf<{ a: string; b: number }>(['b', 'a'], pages([{ a: 'x', b: 1 }], [], [{ a: 'y', b: 2 }]))),
  ).toBe('\ufeffb,a\r\n1,x\r\n2,y\r\n');
});

test.each([[[]], [[[]]], [[[1], [], [2, 3]]]])('the JSON list of %j', async (all: number[][]) => {
  expect(JSON.parse(await whole(jsonOf(pages(...all))))).toEqual(all.flat());
});
