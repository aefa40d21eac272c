import { randomBytes } from 'node:crypto';
import { aDatabase, type OwnDatabase } from '@exco/testing';
import type { AuditRow } from './audit-entry.ts';
import { AuditRepository } from './audit.repository.ts';
import { UserAgentsRepository } from './user-agents.repository.ts';

let database: OwnDatabase;
let audit: AuditRepository;
beforeAll(async () => {
  database = await aDatabase();
  audit = new AuditRepository(database.source, new UserAgentsRepository(database.source));
});
afterAll(() => database.close());

const row = (eventId: number, userId: number, outcome = 'checked-in'): AuditRow => ({
  act: {
    kind: 'check-in',
    eventId,
    actorId: 7,
    origin: { at: Date.UTC(2026, 10, 22, 9), address: Buffer.from([192, 0, 2, 7]), userAgent: 'a browser' },
  },
  userId,
  outcome,
});
const usersOf = async (eventId: number) => (await audit.find(eventId, {}, 100)).map(({ userId }) => userId);

test('the same rows with the same key are written once, also when both tries are under way at once', async () => {
  const [rows, key] = [[row(1, 7), row(1, 8)], randomBytes(16)];
  await audit.add(rows, key);
  await audit.add(rows, key);
  expect(await usersOf(1)).toEqual([8, 7]);
  const [more, anotherKey] = [[row(2, 7), row(2, 8)], randomBytes(16)];
  await Promise.all([1, 2, 3].map(() => audit.add(more, anotherKey)));
  expect(await usersOf(2)).toEqual([8, 7]);
});

test('rows that the database refuses leave no key behind: the others are written under it', async () => {
  const key = randomBytes(16);
  await expect(audit.add([row(3, 7), row(3, -1)], key)).rejects.toThrow();
  expect(await usersOf(3)).toEqual([]);
  await audit.add([row(3, 7)], key);
  expect(await usersOf(3)).toEqual([7]);
});

test('what is too long or looks like SQL is text', async () => {
  const outcome = `'); DROP TABLE users; -- ${'x'.repeat(50)}`;
  await audit.add([row(4, 7, outcome)], randomBytes(16));
  expect(await audit.find(4, { userId: 7 }, 1)).toMatchObject([
    { outcome: outcome.slice(0, 24), ip: '192.0.2.7', userAgent: 'a browser' },
  ]);
});
