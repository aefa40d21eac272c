import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Exporter, OpenTelemetry } from './open-telemetry.ts';

let collector: Server;
let telemetry: OpenTelemetry;
beforeAll(async () => {
  Logger.overrideLogger(false);
  collector = createServer((_, answer) => answer.end('{}'));
  await once(collector.listen(0, '127.0.0.1'), 'listening');
  const settings = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_HEADERS: undefined,
    OTEL_TRACES_SAMPLER_ARG: 1,
    processId: 'p',
  };
  telemetry = new OpenTelemetry(settings, 'exco-api');
});
afterAll(async () => {
  await telemetry.end();
  collector.closeAllConnections();
  collector.close();
});

const step = { name: 'worker check-in', kind: 'consumer' as const, attributes: {} };
const during = (from?: string) => telemetry.during({ ...step, from }, () => Promise.resolve(telemetry.current()));
const traceOf = (current: string | undefined) => /^00-([\da-f]{32})-[\da-f]{16}-01$/.exec(current ?? '')?.[1];

test('a trace goes on in another process', async () => {
  const trace = 'a'.repeat(32);
  expect(traceOf(await during(`00-${trace}-${'b'.repeat(16)}-01`))).toBe(trace);
});

test.each([undefined, '', 'no trace', '00-1-2-01'])(
  'a job of another version (%j) begins a trace of its own',
  async (from) => {
    const [one, other] = [traceOf(await during(from)), traceOf(await during(from))];
    expect(one).toHaveLength(32);
    expect(other).not.toBe(one);
  },
);

test('what was not traced in the other process is not traced here', async () => {
  expect(await during(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`)).toMatch(/-00$/);
});

test('a collector that cannot be reached is said once, however often it is tried', async () => {
  const warned = jest.spyOn(Logger.prototype, 'warn');
  const exporter = new Exporter({ url: 'http://127.0.0.1:1/v1/traces', timeoutMillis: 50 });
  const tried = () => new Promise<{ code: number }>((resolve) => exporter.export([], resolve));
  expect([(await tried()).code, (await tried()).code]).toEqual([1, 1]);
  expect(warned.mock.calls).toEqual([[expect.stringMatching(/^OTEL_EXPORTER_OTLP_ENDPOINT: traces do not arrive/)]]);
  warned.mockRestore();
});

test('work that fails, fails', async () => {
  await expect(telemetry.during(step, () => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours');
});
