import { fastify, type FastifyInstance } from 'fastify';
import { readJsonBodies } from './json-bodies.ts';

let server: FastifyInstance;
beforeAll(() => {
  server = fastify();
  readJsonBodies(server);
  server.post('/', (request, reply) => reply.send({ body: request.body ?? 'none' }));
});
afterAll(() => server.close());

const post = async (payload: string, headers: Record<string, string> = {}) => {
  const answer = await server.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });
  return [answer.statusCode, answer.json<{ body?: unknown }>().body];
};

test.each<Record<string, string>>([{}, { 'content-length': '0' }, { 'transfer-encoding': 'chunked' }])(
  'an empty body that is called JSON is no body: %j',
  async (headers) => {
    expect(await post('', headers)).toEqual([200, 'none']);
  },
);

test('JSON is read, and what is none, or would reach a prototype, is refused', async () => {
  expect(await post('{"a":1}')).toEqual([200, { a: 1 }]);
  for (const text of ['{', ' ', '{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}'])
    expect(await post(text)).toEqual([400, undefined]);
});
