import { prepareAt, sendAt, spreadMilliseconds, unplannedOpening, type OpeningPlan } from '@exco/page-rules';
import type { Attendee } from './attendee.ts';
import { chooseClassmates, checkInOn, listClassmates } from './check-in-page.ts';
import { measureConnection } from './connection-test.ts';
import { now } from './context.ts';

/** A moved opening is noticed within this time. At a quarter of a second, eight thousand who waited cost the generator half a core. */
const lookEveryMilliseconds = 2_000;
/** Of a person who begins to type when check-in opens: not slowed down or sped up by the pace. */
const typesFrom = 4_000;
const typesTo = 12_000;

/** The waiting page: prepares within the server's window, and sends at its slot what was pressed before the opening. */
export async function waitingPage(self: Attendee): Promise<void> {
  const { plan, context } = self;
  const { faults } = context.behaviour;
  const random = unplannedOpening(0, self.random).place;
  const opening = (): OpeningPlan => {
    const paced = self.live.opening ?? {
      place: random,
      ...unplannedWindows(self),
    };
    return faults.pacingOff ? { ...paced, place: 0 } : paced;
  };
  self.waits = true;
  const from = self.serverNow();
  await until(self, () => prepareAt(times(self), opening(), from));
  const measured = await measureConnection(self);
  if (self.knowsToBeIn()) return;
  const present = await listClassmates(self);
  if (!plan.preparesEarly) {
    await until(self, () => Date.parse(times(self).opensAt));
    await self.unlessIn(self.wait(typesFrom + self.random() * (typesTo - typesFrom)));
    if (self.knowsToBeIn()) return;
    const { chosen, pressedAt } = await chooseClassmates(self, present);
    if (!self.knowsToBeIn()) await checkInOn(self, chosen, measured, pressedAt);
    return;
  }
  const { chosen } = await chooseClassmates(self, present);
  self.pressedBefore = self.serverNow() < Date.parse(times(self).opensAt);
  await until(self, () => sendAt(times(self), opening()));
  if (self.knowsToBeIn()) return;
  const opensAt = Date.parse(times(self).opensAt);
  await checkInOn(self, chosen, measured, now());
  if (self.pressedBefore && self.knowsToBeIn())
    context.recorder.latency('in after the opening', Math.max(0, self.serverNow() - opensAt));
}

function unplannedWindows(self: Attendee): Pick<OpeningPlan, 'prepareWithinMilliseconds' | 'sendWithinMilliseconds'> {
  const { prepareWithinMilliseconds, sendWithinMilliseconds } = unplannedOpening(
    spreadMilliseconds(self.live.shows?.watching ?? 0),
  );
  return { prepareWithinMilliseconds, sendWithinMilliseconds };
}

function times({ event }: Attendee): { preparesAt: string; opensAt: string } {
  const opensAt = event?.opensAt ?? new Date(0).toISOString();
  return { preparesAt: event?.preparesAt ?? opensAt, opensAt };
}

/** Waits for a moment of the server's clock that a message may move meanwhile; ends when the student is in. */
async function until(self: Attendee, moment: () => number): Promise<void> {
  for (;;) {
    const left = moment() - self.serverNow();
    if (left <= 0 || self.knowsToBeIn()) return;
    await self.unlessIn(self.wait(Math.min(left, lookEveryMilliseconds)));
  }
}
