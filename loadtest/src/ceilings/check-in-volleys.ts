import type { RowDataPacket } from 'mysql2/promise';
import type { System } from '@exco/local-stack';
import { Player } from './player.ts';
import type { BarePost } from './players/bare-post.ts';
import type { Cannon, Volley } from './players/cannon.ts';
import { groupsOf, type Stage, type Student } from './stage.ts';

export const connections = 200;

/** Requests a second that the product will not exceed: for so many there are new rows. */
const mostRequestsPerSecond = 16_000;

/** Check-ins of whole groups through the product, at full speed; each group once at each event, so every row is new. */
export class CheckInVolleys {
  private readonly stage: Stage;
  private readonly system: System;
  private readonly cannon: Player<Cannon>;
  private readonly groups: Student[][];

  private constructor(stage: Stage, system: System, cannon: Player<Cannon>, groups: Student[][]) {
    this.stage = stage;
    this.system = system;
    this.cannon = cannon;
    this.groups = groups;
  }

  static async load(
    resources: AsyncDisposableStack,
    stage: Stage,
    system: System,
    groupSize: number,
  ): Promise<CheckInVolleys> {
    const cannon = resources.use(new Player<Cannon>('cannon', stage.signal));
    const groups = groupsOf(stage.students, groupSize);
    const shots = groups.map(([me, ...others]) => ({
      cookie: me?.cookie ?? '',
      body: JSON.stringify({
        digits: me?.digits,
        classmates: others.map(({ id, digits }) => ({ userId: id, digits })),
        connection: { kbps: 4_200, bytes: 196_608 },
      }),
    }));
    await cannon.call('load', shots);
    return new CheckInVolleys(stage, system, cannon, groups);
  }

  /** The same requests at a server that only parses them. */
  async atBarePost(port: number, seconds: number): Promise<Volley> {
    const volley = await this.cannon.call('fire', {
      url: `http://127.0.0.1:${port}`,
      eventIds: null,
      connections,
      seconds,
    });
    return unharmed(volley);
  }

  /** @throws Error when an acknowledged row is not in the database, or a row is there that nobody asked for */
  async atProduct(seconds: number): Promise<Volley> {
    await this.stage.clear();
    const events = Math.ceil((mostRequestsPerSecond * seconds) / this.groups.length);
    const eventIds = await this.stage.createEvents(this.system, events);
    const volley = unharmed(await this.cannon.call('fire', { url: this.system.url, eventIds, connections, seconds }));
    if (volley.exhausted) throw new Error('the product was faster than there were new rows to ask for');
    await this.count(volley, eventIds);
    return volley;
  }

  /** A request that was cut off at the end may have become rows; one that was answered must have. */
  private async count({ acknowledged, sent }: Volley, eventIds: number[]): Promise<void> {
    for (const [index, eventId] of eventIds.entries()) {
      const from = index * this.groups.length;
      if (from >= sent) return;
      const by = await this.rows(eventId);
      for (const [at, group] of this.groups.entries()) {
        const request = from + at;
        const [me] = group;
        const there = group.filter(({ id }) => by.get(id) === me?.id).length;
        if (acknowledged[request] === 1 && there < group.length)
          throw new Error(
            `event ${eventId}: ${group.length - there} rows of user ${me?.id} were acknowledged and are missing`,
          );
        if (request < sent) for (const { id } of group) by.delete(id);
      }
      if (by.size > 0) throw new Error(`event ${eventId}: ${by.size} rows that nobody asked for`);
    }
  }

  private async rows(eventId: number): Promise<Map<number, number>> {
    const [rows] = await this.stage.database.query<RowDataPacket[][]>({
      sql: 'SELECT user_id, checked_in_by FROM attendances WHERE live_event_id = ?',
      values: [eventId],
      rowsAsArray: true,
    });
    return new Map(rows as unknown as [number, number][]);
  }
}

/** @throws Error when anything but 200 came back: a refusal is cheaper than an answer */
function unharmed(volley: Volley): Volley {
  if (volley.errors > 0 || Object.keys(volley.others).length > 0)
    throw new Error(`${volley.errors} errors, and answers other than 200: ${JSON.stringify(volley.others)}`);
  return volley;
}

export async function startBarePost(
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<{ player: Player<BarePost>; port: number }> {
  const player = resources.use(new Player<BarePost>('bare-post', signal));
  return { player, port: await player.call('listen', undefined) };
}
