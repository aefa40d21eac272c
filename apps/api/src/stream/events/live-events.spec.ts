import { aLiveEvent } from '@exco/testing';
import type { LiveEvent } from '@exco/persistence';
import { Clock } from '../../infrastructure/clock.ts';
import type { SignalBus } from '../../infrastructure/redis/signals.ts';
import type { LiveEventRepository } from './live-event.repository.ts';
import { LiveEvents, stateOf } from './live-events.ts';

let ids = 0;
const anEvent = (...given: Parameters<typeof aLiveEvent>): LiveEvent => ({
  id: ++ids,
  revision: ids,
  ...aLiveEvent(...given),
});

async function inMemory(events: LiveEvent[]) {
  const told: LiveEvent[] = [];
  const signals = { on: () => undefined } as unknown as SignalBus;
  const reads: string[] = [];
  const repository = {
    revision: () => Promise.resolve(events.reduce((sum, { revision }) => sum + revision, 0)),
    current: (now: Date) => {
      reads.push('current');
      const closed = events.filter(({ closesAt }) => closesAt <= now).slice(0, 2);
      return Promise.resolve([...events.filter(({ closesAt }) => closesAt > now), ...closed]);
    },
    one: (id: number) => {
      reads.push(`one ${id}`);
      return Promise.resolve(events.find((event) => event.id === id) ?? null);
    },
  } as unknown as LiveEventRepository;
  const live = new LiveEvents(repository, signals, new Clock());
  await live.refresh();
  live.onChange((event) => told.push(event));
  return { live, told, reads };
}

test.each(['scheduled', 'open', 'live', 'ended', 'closed'] as const)('%s', (state) => {
  expect(stateOf(anEvent(state), Date.now())).toBe(state);
});

test('live before open before ended before the next to come before closed; of several alike the latest', async () => {
  const later = (event: LiveEvent, minutes: number): LiveEvent =>
    Object.assign({}, event, { id: ++ids, opensAt: new Date(event.opensAt.getTime() + minutes * 60_000) });
  const [scheduled, open, live, ended, closed] = (['scheduled', 'open', 'live', 'ended', 'closed'] as const).map(
    (state) => anEvent(state),
  ) as [LiveEvent, LiveEvent, LiveEvent, LiveEvent, LiveEvent];
  const nextWeek = later(scheduled, 5);
  const laterLive = later(live, 5);
  const twin = later(laterLive, 0);
  const { live: events } = await inMemory([closed, nextWeek, ended, scheduled, live, open, laterLive, twin]);
  expect(events.inOrder().map(({ id }) => id)).toEqual(
    [twin, laterLive, live, open, ended, scheduled, nextWeek, closed].map(({ id }) => id),
  );
});

test('tells of what came and what changed, not of what stayed', async () => {
  const [first, second] = [anEvent('open'), anEvent('live')];
  const all = [first, second];
  const { live, told } = await inMemory(all);
  await live.refresh();
  expect(told).toEqual([]);
  const changed: LiveEvent = Object.assign({}, first, { title: 'Another title', revision: 99 });
  const added = anEvent('scheduled');
  all.splice(0, 1, changed, added);
  await live.refresh();
  expect(told).toEqual([changed, added]);
});

test('an event that another process has just made is found by a look', async () => {
  const all: LiveEvent[] = [];
  const { live } = await inMemory(all);
  await expect(live.find(99)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
  const event = anEvent();
  all.push(event);
  await expect(live.find(event.id)).resolves.toEqual(event);
});

test('an event that closed long ago is read when it is asked for, once, and again after a change', async () => {
  const events = [anEvent('closed'), anEvent('closed'), anEvent('closed'), anEvent('open')];
  const [, , old] = events as [LiveEvent, LiveEvent, LiveEvent];
  const { live, reads } = await inMemory(events);
  expect(live.known(old.id)).toBeUndefined();
  await expect(live.find(old.id)).resolves.toEqual(old);
  await expect(live.find(old.id)).resolves.toEqual(old);
  expect(reads).toEqual(['current', `one ${old.id}`]);
  const renamed: LiveEvent = Object.assign({}, old, { title: 'Another title', revision: 1_000 });
  events[2] = renamed;
  await live.refresh();
  await expect(live.find(old.id)).resolves.toEqual(renamed);
  expect(live.inOrder()).not.toContainEqual(renamed);
});

test('while the revision stands nothing is read', async () => {
  const { live, reads } = await inMemory([anEvent('open')]);
  await live.refresh();
  await live.refresh();
  expect(reads).toEqual(['current']);
});
