import type { Measured } from '@exco/page-rules';
import { sessionRecord } from '../core/session-record';

const key = 'exco-connection';
const validMilliseconds = 30 * 60_000;

/** The last measurement of this tab, for half an hour: a reload while waiting must not load images again. */
export const connectionRecord = {
  read(now = Date.now()): Measured | null {
    const record = recorded();
    return record && now - record.at >= 0 && now - record.at < validMilliseconds ? measuredIn(record) : null;
  },
  /** However old: for whoever is in, it only says how fast the line was. */
  latest(): Measured | null {
    const record = recorded();
    return record && measuredIn(record);
  },
  write(measured: Measured | null, now = Date.now()): void {
    sessionRecord.write(key, measured && { ...measured, at: now });
  },
};

interface Recorded extends Measured {
  at: number;
}

function recorded(): Recorded | null {
  const record = sessionRecord.read(key) as Partial<Recorded> | null;
  return typeof record?.kbps === 'number' && typeof record.bytes === 'number' && typeof record.at === 'number'
    ? (record as Recorded)
    : null;
}

const measuredIn = ({ kbps, bytes }: Recorded): Measured => ({ kbps, bytes });
