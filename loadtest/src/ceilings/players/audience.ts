import type { Socket } from 'node:net';
import { perform, sharedClock } from '../perform.ts';
import { ageOfCounts, type Age, type Known, type Told } from './age-of-counts.ts';
import { openRawSocket } from './raw-socket.ts';

export type Audience = typeof acts;

interface Orders {
  port: number;
  path: string;
  /** One socket for each; an empty text sends none. */
  cookies: string[];
  /** Addresses of this machine that the sockets come from, in turn. */
  from: string[];
}

/** How one message reached this process's sockets; moments in milliseconds of the shared clock. */
export interface Receipt {
  seq: number;
  sockets: number;
  first: number;
  last: number;
}

const openingAtOnce = 50;

const held = new Set<Socket>();
let lost = 0;
let receipts = new Map<number, Receipt>();
let told: Told[][] = [];

/** Ten thousand times the same text is read once. */
let lastText = Buffer.alloc(0);
let lastCounts: { seq: number; checkedIn: number } | null = null;

function readCounts(text: Buffer): typeof lastCounts {
  if (text.equals(lastText)) return lastCounts;
  lastText = Buffer.from(text);
  const message = JSON.parse(text.toString()) as { type: string; seq: number; checkedIn: number };
  lastCounts = message.type === 'counts' ? message : null;
  return lastCounts;
}

function note(text: Buffer, shown: Told[]): void {
  const at = sharedClock();
  const counts = readCounts(text);
  if (!counts) return;
  shown.push({ at, checkedIn: counts.checkedIn });
  const receipt = receipts.get(counts.seq);
  if (!receipt) {
    receipts.set(counts.seq, { seq: counts.seq, sockets: 1, first: at, last: at });
    return;
  }
  receipt.sockets++;
  receipt.last = at;
}

const acts = {
  /** Opens one socket for each cookie and holds it with those before. Rejects when one is refused. */
  hold: async ({ port, path, cookies, from }: Orders): Promise<void> => {
    const queue = cookies.entries();
    await Promise.all(
      Array.from({ length: openingAtOnce }, async () => {
        for (const [index, cookie] of queue) {
          const shown: Told[] = [];
          told.push(shown);
          const address = from[index % from.length];
          const socket = await openRawSocket({
            port,
            path,
            cookie,
            ...(address ? { from: address } : {}),
            onText: (text) => note(text, shown),
            onLost: () => lost++,
          });
          held.add(socket);
        }
      }),
    );
  },

  /** What has come since it was last asked, message by message. */
  receipts: (): { receipts: Receipt[]; lost: number } => {
    const all = [...receipts.values()];
    receipts = new Map();
    return { receipts: all, lost };
  },

  /** How old the counts were that these sockets showed; `known` is what had been acknowledged, and when. */
  age: ({ known, from, until }: { known: Known[]; from: number; until: number }): Age =>
    ageOfCounts(told, known, from, until),

  release: (): void => {
    for (const socket of held) socket.removeAllListeners('close').destroy();
    held.clear();
    receipts = new Map();
    told = [];
    lost = 0;
  },
};

perform(acts);
