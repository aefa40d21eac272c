import type { Texts } from '../texts/en';

/** As somebody would say it: `640 kbit/s`, `4.2 Mbit/s`, `83 Mbit/s`. */
export function plainSpeed(kbps: number, { speed }: Texts): string {
  if (kbps < 1_000) return speed.kilobits(kbps);
  return kbps > 1_000_000 ? speed.overAGigabit : speed.megabits(kbps / 1_000);
}
