import { eventually } from '@exco/testing';
import { keepAlive } from './keep-alive.ts';

test('what ends by itself is started again, and again when that fails', async () => {
  let ended: (how: string) => void = () => undefined;
  const outcomes = [() => Promise.reject(new Error('still broken')), () => Promise.resolve()];
  const said: string[] = [];
  keepAlive(
    {
      name: 'Redis',
      onUnexpectedExit: (listener) => (ended = listener),
      start: async () => outcomes.shift()?.(),
    },
    (line) => said.push(line.trim()),
  );
  expect(said).toEqual([]);
  ended('SIGKILL');
  await eventually(() =>
    expect(said).toEqual([
      'Redis has ended (SIGKILL); starting it again in 0.5 s',
      'Redis has ended (still broken); starting it again in 1.0 s',
      'Redis is back',
    ]),
  );
});
