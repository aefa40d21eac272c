import { RestartOnBuild } from './restart-on-build.ts';

function aProcess() {
  const calls: string[] = [];
  let letStop = (): void => undefined;
  const stopping = new Promise<void>((resolve) => (letStop = resolve));
  return {
    calls,
    letStop: () => letStop(),
    name: 'the API',
    stop: async () => {
      calls.push('stop');
      await stopping;
    },
    start: () => {
      calls.push('start');
      return Promise.resolve();
    },
    onUnexpectedExit: () => undefined,
  };
}

test('requests during a restart make one further restart', async () => {
  const process = aProcess();
  const said: string[] = [];
  const restart = new RestartOnBuild([process], (line) => said.push(line));
  restart.request();
  restart.request();
  restart.request();
  process.letStop();
  while (said.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(process.calls).toEqual(['stop', 'start', 'stop', 'start']);
});

test('a process that cannot start is reported, and the next request tries again', async () => {
  const process = aProcess();
  process.letStop();
  const said: string[] = [];
  let fails = true;
  const start = () => (fails ? Promise.reject(new Error('syntax error')) : process.start());
  const restart = new RestartOnBuild([{ ...process, start }], (line) => said.push(line));
  restart.request();
  while (said.length < 1) await new Promise((resolve) => setImmediate(resolve));
  fails = false;
  restart.request();
  while (said.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(said).toEqual(['syntax error', expect.stringContaining('run the new code')]);
});
