import { Injectable } from '@nestjs/common';
import { NotWritten } from '../../infrastructure/database/failures.ts';
import { PacketPool, type PacketResult } from '../../infrastructure/database/packet-pool.ts';
import type { CheckIn, CheckOut, WriteResult } from './attendance.ts';
import { asked, datetime, uint } from '../../infrastructure/database/sql-values.ts';
import { attendanceOf, recorded, storedColumns, type StoredRow } from './stored-row.ts';

/**
 * How many rows a packet's last statement has changed. A server that could not send that statement's answer, because its
 * client has gone, goes on with the next one and says -1: then the counter's NULL fails the packet before its COMMIT, or
 * rows would stay that the counter does not know.
 */
const orFail = (count: string) => `IF(${count} < 0, NULL, ${count})`;

/** Beyond it the connection is closed and the batch sent again. Above the session's lock wait timeout. */
const packetMilliseconds = 4_000;

/** A sender's own row is revoked: nothing of their requests is written. */
class SenderRevoked extends Error {
  override readonly name = 'SenderRevoked';
}

const rowsOf = (result: PacketResult | undefined) => (Array.isArray(result) ? (result as unknown as StoredRow[]) : []);

/**
 * The writes of check-in and check-out: a batch is one transaction, and one packet. Rows go in the order of the primary
 * key, so that two batches never lock each other out. Writing the same batch twice changes nothing the second time.
 * What stands is read back after the COMMIT: a cluster whose servers all take writes can drop a transaction without a word.
 */
@Injectable()
export class BatchWrites {
  constructor(private readonly packets: PacketPool) {}

  /**
   * One multi-row upsert that leaves untouched whoever is there, the counter raised by what was new, and the rows as they
   * stand then. Nothing is written for a sender whose own check-in is revoked.
   * @returns what became of each row, in their order
   */
  async checkIn(eventId: number, rows: readonly CheckIn[]): Promise<WriteResult[]> {
    const withdrawn = new Set<number>();
    for (;;) {
      const taken = withdrawn.size === 0 ? rows : rows.filter(({ byId }) => !withdrawn.has(byId));
      try {
        const results = taken.length === 0 ? [] : await this.insert(eventId, taken);
        if (withdrawn.size === 0) return results;
        let next = 0;
        return rows.map(({ userId, byId }): WriteResult => {
          if (!withdrawn.has(byId)) return results[next++] ?? { kind: 'refused', reason: 'invalid' };
          return userId === byId ? { kind: 'revoked' } : { kind: 'refused', reason: 'sender' };
        });
      } catch (error) {
        if (!(error instanceof SenderRevoked)) throw error;
        const before = withdrawn.size;
        for (const userId of await this.revokedOf(eventId, taken)) withdrawn.add(userId);
        // The revocation was lifted in the meantime: the same packet passes now.
        if (withdrawn.size === before) continue;
      }
    }
  }

  /** As `checkIn`: only one's own row or that of somebody one checked in, and only the first time counts. */
  async checkOut(eventId: number, rows: readonly CheckOut[]): Promise<WriteResult[]> {
    const event = uint(eventId);
    const batch = [...rows].sort((one, other) => one.userId - other.userId);
    const values = batch.map(
      ({ userId, byId, at }) => `[${uint(userId)},${uint(byId)},${datetime(at).replaceAll("'", '"')}]`,
    );
    const results = await this.packets.send(
      `START TRANSACTION;
       UPDATE JSON_TABLE('[${values.join(',')}]', '$[*]' COLUMNS (
           user_id INT UNSIGNED PATH '$[0]', by_id INT UNSIGNED PATH '$[1]', at VARCHAR(23) PATH '$[2]')) AS asked
         STRAIGHT_JOIN attendances FORCE INDEX (PRIMARY) ON attendances.live_event_id = ${event} AND attendances.user_id = asked.user_id
       SET attendances.checked_out_at = CAST(asked.at AS DATETIME(3)), attendances.checked_out_by = asked.by_id
       WHERE attendances.checked_out_at IS NULL AND attendances.revoked_at IS NULL
         AND (attendances.user_id = asked.by_id OR attendances.checked_in_by = asked.by_id);
       SET @changed = ROW_COUNT();
       INSERT INTO live_event_counters (live_event_id, checked_in, checked_out, revision)
         SELECT ${event}, 0, ${orFail('@changed')}, 1 FROM DUAL WHERE @changed <> 0
         ON DUPLICATE KEY UPDATE checked_out = checked_out + @changed, revision = revision + 1;
       COMMIT;
       SELECT ${storedColumns} FROM ${asked(new Set(rows.map(({ userId }) => userId)))}
         STRAIGHT_JOIN attendances FORCE INDEX (PRIMARY) ON live_event_id = ${event} AND user_id = asked.id`,
      packetMilliseconds,
    );
    const there = new Map(rowsOf(results.at(-1)).map((row) => [row.userId, row]));
    return rows.map(({ userId, byId, expected }): WriteResult => {
      const row = there.get(userId);
      if (!row) return expected ? { kind: 'pending' } : { kind: 'refused', reason: 'not-theirs' };
      if (row.revokedAt) return { kind: 'revoked' };
      if (userId !== byId && row.checkedInBy !== byId) return { kind: 'refused', reason: 'not-theirs' };
      // Also where the row came between the two statements.
      if (row.checkedOutAt === null) throw new NotWritten();
      return { kind: 'stored', row: attendanceOf(row) };
    });
  }

  /** @throws SenderRevoked */
  private async insert(eventId: number, rows: readonly CheckIn[]): Promise<WriteResult[]> {
    const event = uint(eventId);
    const first = new Map<number, CheckIn>();
    for (const row of rows) if (!first.has(row.userId)) first.set(row.userId, row);
    const batch = [...first.values()].sort((one, other) => one.userId - other.userId);
    const values = batch.map(
      ({ userId, byId, at, kbps, bytes }) =>
        `(${event},${uint(userId)},${datetime(at)},${uint(byId)},${uint(kbps)},${uint(bytes)})`,
    );
    const ids = batch.map(({ userId }) => userId);
    const revokedSender = revokedSenders(eventId, batch, first);
    let results: PacketResult[];
    try {
      // A NULL for the counter is the only way to stop in the middle of a packet.
      results = await this.packets.send(
        `START TRANSACTION;
         INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes)
           VALUES ${values.join(',')} ON DUPLICATE KEY UPDATE user_id = user_id;
         SET @inserted = ROW_COUNT(), @revoked = 0;
         ${revokedSender}
         INSERT INTO live_event_counters (live_event_id, checked_in, checked_out, revision)
           SELECT ${event}, IF(@revoked > 0, NULL, ${orFail('@inserted')}), 0, 1 FROM DUAL WHERE @inserted <> 0 OR @revoked > 0
           ON DUPLICATE KEY UPDATE checked_in = checked_in + @inserted, revision = revision + 1;
         COMMIT;
         SELECT ${storedColumns} FROM ${asked(ids)}
           STRAIGHT_JOIN attendances FORCE INDEX (PRIMARY) ON live_event_id = ${event} AND user_id = asked.id`,
        packetMilliseconds,
      );
    } catch (error) {
      if (error instanceof Error && 'errno' in error && error.errno === 1048) throw new SenderRevoked();
      throw error;
    }
    const there = new Map(rowsOf(results.at(-1)).map((row) => [row.userId, recorded(row)]));
    return rows.map(({ userId }): WriteResult => {
      const found = there.get(userId);
      if (!found) throw new NotWritten();
      return found.kind === 'revoked' ? { kind: 'revoked' } : { kind: 'stored', row: found.row };
    });
  }

  private async revokedOf(eventId: number, rows: readonly CheckIn[]): Promise<number[]> {
    const [found] = await this.packets.send(
      `SELECT user_id AS userId FROM ${asked(new Set(rows.map(({ byId }) => byId)))}
         STRAIGHT_JOIN attendances FORCE INDEX (PRIMARY) ON live_event_id = ${uint(eventId)} AND user_id = asked.id
         WHERE revoked_at IS NOT NULL; DO 0`,
      packetMilliseconds,
    );
    return (Array.isArray(found) ? found : []).map(({ userId }) => Number(userId));
  }
}

/**
 * Counts senders who bring others and whose own row is revoked. That row is locked by the INSERT before, so the answer
 * holds until the COMMIT. Skipped where everything was new: then nobody's row was there, a revoked one neither.
 */
function revokedSenders(eventId: number, batch: readonly CheckIn[], rows: ReadonlyMap<number, CheckIn>): string {
  const senders = new Set(batch.filter(({ userId, byId }) => userId !== byId).map(({ byId }) => byId));
  if (senders.size === 0) return '';
  const count = `(SELECT COUNT(*) FROM ${asked(senders)}
    STRAIGHT_JOIN attendances FORCE INDEX (PRIMARY) ON live_event_id = ${uint(eventId)} AND user_id = asked.id WHERE revoked_at IS NOT NULL)`;
  const allOwnRows = [...senders].every((userId) => rows.has(userId));
  // INTO, not SET: a subquery of SET would lock what it reads.
  return `SELECT ${allOwnRows ? `IF(@inserted = ${batch.length}, 0, ${count})` : count} INTO @revoked;`;
}
