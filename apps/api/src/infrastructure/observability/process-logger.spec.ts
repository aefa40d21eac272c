import { Logger } from '@nestjs/common';
import { processLogger } from './process-logger.ts';
import { duringRequest } from './request-context.ts';

function lines(level: 'error' | 'warn' | 'info' | 'debug', act: (logger: Logger) => void): Record<string, unknown>[] {
  const written: string[] = [];
  const settings = { LOG_LEVEL: level, LOG_FORMAT: undefined, NODE_ENV: 'production' } as const;
  Logger.overrideLogger(processLogger(settings, { write: (line) => written.push(line) }));
  try {
    act(new Logger('Committer'));
  } finally {
    Logger.overrideLogger(false);
  }
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a line is JSON, with who says it and for which request', () => {
  const [line] = lines('info', (logger) => duringRequest('abc-1', () => logger.warn('the database is late')));
  expect(line).toMatchObject({ level: 40, context: 'Committer', requestId: 'abc-1', msg: 'the database is late' });
  expect(line?.['time']).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test('fields are kept, and an error has its stack', () => {
  const [fields, error] = lines('info', (logger) => {
    logger.log({ batch: 'b-1', rows: 3 });
    logger.error(new Error('broken'));
  });
  expect(fields).toMatchObject({ batch: 'b-1', rows: 3 });
  expect(error).toMatchObject({ msg: 'broken', stack: expect.stringContaining('process-logger.spec') as string });
});

test.each([
  ['error', 1],
  ['warn', 2],
  ['info', 3],
  ['debug', 4],
] as const)('LOG_LEVEL=%s lets %d levels through', (level, count) => {
  const told = lines(level, (logger) => {
    for (const name of ['error', 'warn', 'log', 'debug'] as const) logger[name]('something');
  });
  expect(told).toHaveLength(count);
});

test.each([
  'connect mysql://exco:hunter2@database/exco failed',
  'refused: Authorization: Bearer hunter2',
  'cookie __Host-exco_session=hunter2; Path=/',
  'launch eyJodW50ZXIy.eyJodW50ZXIy.hunter2 is over',
])('neither in a message nor in a stack: %s', (text) => {
  const told = lines('debug', (logger) => {
    logger.error(text, `Error: ${text}\n    at somewhere`);
    logger.error(new Error(text));
  });
  expect(JSON.stringify(told)).not.toMatch(/hunter2|eyJ/);
  expect(told).toHaveLength(2);
});
