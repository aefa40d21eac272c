import { openApi } from './support/open-api.ts';
import { TestStack } from './support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => (stack = await TestStack.shared()));
afterAll(() => stack.close());

test('health', async () => {
  const client = stack.client();
  expect(await client.get('/health/live')).toMatchObject({ status: 200, json: { status: 'ok' } });
  expect(await client.get('/health/ready')).toMatchObject({ status: 200, json: { database: 'up', redis: 'up' } });
});

test('metrics', async () => {
  const { status, headers, text } = await stack.client().get('/metrics');
  expect([status, headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
  expect(text).toMatch(/^exco_live_sockets \d/m);
});

test('the OpenAPI document knows every row of the contract, and each body by its schema', async () => {
  const { status, json } = await stack.client().get('/docs-json');
  expect(status).toBe(200);
  const { paths, components } = json as {
    paths: Record<string, Record<string, unknown>>;
    components: { schemas: object; securitySchemes: object };
  };
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(rows).toEqual(
    expect.arrayContaining([
      'post /api/session',
      'get /api/session',
      'delete /api/session',
      'get /api/events',
      'get /api/events/{eventId}',
      'get /api/connection-test/{kilobytes}',
      'get /api/events/{eventId}/classmates',
      'post /api/events/{eventId}/digit-checks',
      'post /api/events/{eventId}/check-ins',
      'get /api/events/{eventId}/stream',
      'get /api/events/{eventId}/check-outs',
      'post /api/events/{eventId}/check-outs',
      'post /api/admin/events',
      'get /api/admin/events',
      'get /api/admin/events/{eventId}',
      'patch /api/admin/events/{eventId}',
      'post /api/admin/events/{eventId}/end',
      'get /api/admin/events/{eventId}/summary',
    ]),
  );
  expect(Object.keys(components.schemas)).toEqual(
    expect.arrayContaining(['SignIn', 'Session', 'CheckIn', 'CheckOut', 'CreateLiveEvent']),
  );
  expect(components.securitySchemes).toMatchObject({ bearer: { scheme: 'bearer' } });
});

test('the documentation proposes a trial of a roster import: nobody imports by surprise there', async () => {
  const { paths } = await openApi(stack.client());
  const dryRun = paths['/api/admin/roster']?.post?.parameters?.find(({ name }) => name === 'dryRun');
  expect(dryRun).toMatchObject({ in: 'query', schema: { type: 'boolean', example: true } });
});

test('the demo’s stream: a live playlist, and every segment it names', async () => {
  const client = stack.client();
  const { status, headers, text } = await client.get('/demo-stream/live.m3u8');
  expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
  const body = text || (await client.get('/demo-stream/live.m3u8')).bytes?.toString() || '';
  const files = [...body.matchAll(/^(?!#).+$/gm), ...body.matchAll(/(?<=URI=")[^"]+/g)].map(([file]) => file);
  expect(files.length).toBeGreaterThan(3);
  for (const file of new Set(files)) expect(await client.get(`/demo-stream/${file}`)).toMatchObject({ status: 200 });
  expect(await client.get('/demo-stream/nothing.m4s')).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
});
