import type { AttendanceView } from '@exco/contracts';
import type { UserPlan } from '../plan/user-plan.ts';
import { Attendee } from './attendee.ts';
import type { UserContext } from './context.ts';
import { Recorder } from './recorder.ts';

const me = { id: 7, displayName: '' };
const attendance: AttendanceView = {
  checkedInAt: new Date().toISOString(),
  checkedInBy: me,
  checkedOutAt: null,
  checkedOutBy: null,
  committed: true,
  revision: 1,
};

function anAttendee() {
  const recorder = new Recorder();
  const nothing = () => undefined;
  const listener = { event: nothing, attendance: nothing, view: nothing, reconnected: nothing };
  const context = { recorder, target: { host: '127.0.0.1', port: 1 }, localAddress: nothing } as unknown as UserContext;
  return { recorder, user: new Attendee({ userId: me.id, seed: 1 } as UserPlan, context, 0, listener) };
}

test('a live message of one’s own check-in waits for the answer, and is compared with the rows all the same', async () => {
  const { user, recorder } = anAttendee();
  let answered: () => void = () => undefined;
  const acting = user.acting(() => new Promise<void>((resolve) => (answered = resolve)));
  user.told(attendance, true);
  expect(user.knowsToBeIn()).toBe(false);
  expect(recorder.log.told).toHaveLength(1);
  expect(recorder.latencies.of('told of one’s own').totalCount).toBe(1);
  answered();
  await acting;
  expect(user.knowsToBeIn()).toBe(true);
});

test('what a classmate did is told apart, and believed at once', () => {
  const { user, recorder } = anAttendee();
  user.told({ ...attendance, checkedInBy: { id: 8, displayName: '' } }, true);
  expect(user.knowsToBeIn()).toBe(true);
  expect(recorder.latencies.of('told by a classmate').totalCount).toBe(1);
  expect(recorder.latencies.of('told of one’s own').totalCount).toBe(0);
});
