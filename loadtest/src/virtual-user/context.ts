import type { UserFaults } from '../plan/user-faults.ts';
import type { LiveMessage } from '@exco/contracts';
import { seeded } from '../plan/random.ts';
import type { Target } from '../transport/dial.ts';
import type { Recorder } from './recorder.ts';

/** How the students of one run behave; the same for all of them. */
export interface Behaviour {
  url: string;
  eventId: number;
  minimumKbps: number;
  images: boolean;
  /** Times by which thinking and typing are slowed down; 1 is a person in no hurry, 0 a machine. */
  pace: number;
  leaveWithinSeconds: number;
  /** Lost live connections are what this run is about. */
  cutsExpected: boolean;
  /** Nobody takes a check-in back, so no total may ever fall. */
  totalsOnlyRise: boolean;
  /** Requests may take longer than a page waits. */
  databaseIsSlow: boolean;
  faults: UserFaults;
}

/** What all students of one generator share. */
export interface UserContext {
  behaviour: Behaviour;
  target: Target;
  recorder: Recorder;
  localAddress: (index: number) => string | undefined;
  decode: (payload: Buffer) => LiveMessage;
  /** One in so many answers is held against the contract's schema; all of them would cost the generator too much. */
  isSampled: () => boolean;
}

/** Milliseconds since 1970, finer than one. */
export const now = () => performance.timeOrigin + performance.now();

const remembered = 4;

/** A broadcast reaches every socket with the same bytes: they are parsed once. */
export function messageDecoder(): (payload: Buffer) => LiveMessage {
  const recent: { bytes: Buffer; message: LiveMessage }[] = [];
  return (payload) => {
    const known = recent.find(({ bytes }) => bytes.equals(payload));
    if (known) return known.message;
    const message = JSON.parse(payload.toString('utf8')) as LiveMessage;
    if (message.type === 'attendance') return message;
    recent.unshift({ bytes: Buffer.from(payload), message });
    if (recent.length > remembered) recent.pop();
    return message;
  };
}

const oneIn = 50;

export function sampling(): () => boolean {
  const random = seeded(1);
  return () => random() * oneIn < 1;
}
