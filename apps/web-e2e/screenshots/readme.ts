import { expect } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { host, running } from '../src/host.ts';
import { classmates } from '../src/school.ts';
import { bring, checkIn, checkInButton, confirmMyself, expectPlaying, test, totalAttendance } from '../src/student.ts';

const image = (name: string) => fileURLToPath(new URL(`../../../docs/images/${name}.png`, import.meta.url));

test('check-in on a phone', async ({ enter }) => {
  const [ada, ben] = classmates(0);
  const event = await host.plans(running);
  const page = await enter(ada, { viewport: { width: 360, height: 740 } });
  await page.goto(`/events/${event.id}/check-in`);
  await expect(page.getByText('Fast enough for the stream')).toBeVisible();
  await confirmMyself(page, ada);
  await bring(page, ben);
  await expect(checkInButton(page)).toBeEnabled();
  await page.screenshot({ path: image('check-in'), scale: 'css' });
});

test('the stream beside the total attendance', async ({ enter }) => {
  const [ada, ben, cleo, dora] = classmates(1);
  const event = await host.plans(running);
  await checkIn(await enter(dora, { viewport: { width: 360, height: 740 } }), event.id, dora);
  const page = await enter(ada, { viewport: { width: 1_024, height: 640 } });
  await checkIn(page, event.id, ada, [ben, cleo]);
  await expect(totalAttendance(page)).toHaveText('4');
  await expectPlaying(page);
  await page.screenshot({ path: image('stream'), scale: 'css' });
});
