import { expect } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { host, picture, running } from '../src/host.ts';
import { classmates } from '../src/school.ts';
import { bring, checkIn, checkInButton, confirmMyself, expectPlaying, test, totalAttendance } from '../src/student.ts';

const image = (name: string) => fileURLToPath(new URL(`../../../docs/images/${name}.jpg`, import.meta.url));

const shown = { type: 'jpeg', quality: 80, scale: 'css' } as const;

/** A class whose names every machine has the letters for. */
function classmatesInLatin(): ReturnType<typeof classmates> {
  for (let which = 0; ; which++) {
    const pupils = classmates(which);
    if (pupils.every(({ displayName }) => /^[\p{Script=Latin} '’-]+$/u.test(displayName))) return pupils;
  }
}

test('check-in on a phone', async ({ enter }) => {
  const [ada, ben] = classmatesInLatin();
  const event = await host.plans(running);
  const page = await enter(ada, { viewport: { width: 360, height: 1_000 } });
  await page.goto(`/events/${event.id}/check-in`);
  await expect(page.getByText('Fast enough for the stream')).toBeVisible();
  await confirmMyself(page, ada);
  await bring(page, ben);
  await expect(checkInButton(page)).toBeEnabled();
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: image('check-in'), ...shown });
});

test('the stream beside the total attendance', async ({ enter }) => {
  const [ada, ben, cleo, dora] = classmatesInLatin();
  const event = await host.plans(running, picture);
  await checkIn(await enter(dora, { viewport: { width: 360, height: 740 } }), event.id, dora);
  const page = await enter(ada, { viewport: { width: 1_024, height: 640 } });
  await checkIn(page, event.id, ada, [ben, cleo]);
  await expect(totalAttendance(page)).toHaveText('4');
  await expectPlaying(page);
  await page.screenshot({ path: image('stream'), ...shown });
});
