import type { Measured } from '@exco/page-rules';
import { sessionRecord } from '../core/session-record';

const key = 'exco-connection';
const validMilliseconds = 30 * 60_000;

/** The last measurement of this tab, for half an hour: a reload while waiting must not load images again. */
export const connectionRecord = {
  read(now = Date.now()): Measured | null {
    const record = sessionRecord.read(key) as Partial<Measured & { at: number }> | null;
    if (typeof record?.kbps !== 'number' || typeof record.bytes !== 'number' || typeof record.at !== 'number')
      return null;
    return now - record.at >= 0 && now - record.at < validMilliseconds
      ? { kbps: record.kbps, bytes: record.bytes }
      : null;
  },
  write(measured: Measured | null, now = Date.now()): void {
    sessionRecord.write(key, measured && { ...measured, at: now });
  },
};
