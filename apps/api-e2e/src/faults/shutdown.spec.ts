import { Agent, get } from 'node:http';
import type { System } from '@exco/local-stack';
import { eventually } from '@exco/testing';
import { ApiClient } from '../support/api-client.ts';
import { checkIn } from '../support/attendance-requests.ts';
import { LiveConnection } from '../support/live-connection.ts';
import { TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let system: System;
beforeAll(async () => (stack = await TestStack.shared()));
beforeEach(async () => (system = await stack.anotherApi({ SHUTDOWN_WAIT_SECONDS: '2' })));
afterEach(() => system.stop());
afterAll(() => stack.close());

interface Asked {
  status: number;
  closes: boolean;
}

/** One request on a connection that is kept. @throws what the socket throws */
function ask(agent: Agent, url: string): Promise<Asked> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, closes: answer.headers.connection === 'close' }),
      );
      answer.once('error', reject);
    }).once('error', reject);
  });
}

/** Asks until an answer ends the connection, as a balancer does that then goes elsewhere. Gives what was lost. */
async function askUntilSentAway(url: string, answers: Asked[]): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (;;) {
      const answer = await ask(agent, url);
      answers.push(answer);
      if (answer.closes) return [];
    }
  } catch (error) {
    return [String((error as NodeJS.ErrnoException).code)];
  } finally {
    agent.destroy();
  }
}

test('told to stop: not ready, but serving; kept connections end with an answer, and no request is lost', async () => {
  const answers: Asked[] = [];
  const asking = Array.from({ length: 8 }, () => askUntilSentAway(`${system.url}/health/live`, answers));
  await eventually(() => expect(answers.length).toBeGreaterThan(100));
  expect(answers.some(({ closes }) => closes)).toBe(false);
  const { id } = await stack.event();
  const [ada] = await stack.aClass(3);
  const client = new ApiClient(system.url);
  expect(await client.post('/api/session', { username: ada.username })).toMatchObject({ status: 200 });
  const stopping = system.apis[0]?.stop();
  await eventually(async () =>
    expect(await new ApiClient(system.url).get('/health/ready')).toMatchObject({ status: 503 }),
  );
  expect(await checkIn(client, id, ada)).toMatchObject({ status: 200 });
  expect((await Promise.all(asking)).flat()).toEqual([]);
  expect(answers.filter(({ closes }) => closes)).toHaveLength(8);
  await stopping;
});

test('live connections are told to come back elsewhere, after the wait', async () => {
  const { id } = await stack.event();
  const [ada] = await stack.aClass(3);
  const client = new ApiClient(system.url);
  await client.post('/api/session', { username: ada.username });
  const connection = await LiveConnection.open(client, id);
  const closed = connection.closeCode;
  await system.apis[0]?.stop();
  expect(await closed).toBe(1012);
});
