import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Player } from './player.ts';
import type { Audience, Receipt } from './players/audience.ts';
import { residentBytes } from './process-figures.ts';

const addresses = ['127.0.0.11', '127.0.0.12', '127.0.0.13', '127.0.0.14'];
const settleMilliseconds = 1_500;
const collectMilliseconds = 500;

interface Held {
  port: number;
  path: string;
  cookies: string[];
}

/** Divides the sockets among the processes of the audience and opens them. */
export async function holdSockets(audience: readonly Player<Audience>[], { port, path, cookies }: Held): Promise<void> {
  const share = Math.ceil(cookies.length / audience.length);
  await Promise.all(
    audience.map((player, index) =>
      player.call('hold', { port, path, cookies: cookies.slice(index * share, (index + 1) * share), from: addresses }),
    ),
  );
}

export async function releaseSockets(audience: readonly Player<Audience>[]): Promise<void> {
  await Promise.all(audience.map((player) => player.call('release', undefined)));
}

/**
 * Bytes that a server started with `collect-on-signal.mjs` uses once its garbage is gone, without the room that its heap
 * keeps for later; of others, what they hold.
 */
export async function settledBytes(collecting: number, others: readonly number[] = []): Promise<number> {
  await sleep(settleMilliseconds);
  // Finalizers of the first collection leave garbage for the second.
  for (let collection = 0; collection < 3; collection++) {
    process.kill(collecting, 'SIGPWR');
    await sleep(collectMilliseconds);
  }
  const told = join(tmpdir(), `exco-heap-${collecting}`);
  const keptForLater = Number(readFileSync(told, 'utf8'));
  rmSync(told);
  return [collecting, ...others].reduce((sum, pid) => sum + residentBytes(pid), 0) - keptForLater;
}

/** What all processes of the audience got since they were last asked, message by message. */
export async function collectReceipts(audience: readonly Player<Audience>[]): Promise<Receipt[]> {
  const answers = await Promise.all(audience.map((player) => player.call('receipts', undefined)));
  const lost = answers.reduce((sum, answer) => sum + answer.lost, 0);
  if (lost > 0) throw new Error(`the server closed ${lost} of the held sockets`);
  return together(answers.flatMap(({ receipts }) => receipts));
}

/** What several processes got of the same message, or one got in two looks, as one. */
export function together(receipts: readonly Receipt[]): Receipt[] {
  const bySeq = Map.groupBy(receipts, ({ seq }) => seq);
  return [...bySeq].map(([seq, parts]) => ({
    seq,
    sockets: parts.reduce((sum, { sockets }) => sum + sockets, 0),
    first: Math.min(...parts.map(({ first }) => first)),
    last: Math.max(...parts.map(({ last }) => last)),
  }));
}
