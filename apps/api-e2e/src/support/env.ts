import { join } from 'node:path';

const variable = 'EXCO_E2E_STACK';

/** Addresses of the stack that jest's global set-up has started. */
export interface SharedAddresses {
  databaseUrl: string;
  /** The same database for what tests ask themselves: not counted among the statements of the API and the worker. */
  testsDatabaseUrl: string;
  redisUrl: string;
  urls: string[];
  logDirectory: string;
}

/** A server of one's own, MySQL for instance, instead of the private one. It keeps what the tests create. */
export function givenDatabaseUrl(): string | null {
  return process.env['DATABASE_URL'] ?? null;
}

export function readSharedAddresses(): SharedAddresses {
  const text = process.env[variable];
  if (!text) throw new Error(`${variable} is not set: run these tests with apps/api-e2e/jest.config.mjs`);
  return JSON.parse(text) as SharedAddresses;
}

/** Test files get a copy of this process's environment: that is how jest's set-up hands a value to them. */
export function writeSharedAddresses(addresses: SharedAddresses): void {
  process.env[variable] = JSON.stringify(addresses);
}

/** How many requests the fuzzer sends, and from which seed: FUZZ_SEED repeats a run. */
export function fuzzing(): { runs: number; seed: number } {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
  return { runs: Number(process.env['FUZZ_RUNS'] ?? 300), seed };
}

/** How many connections wait at the same time, and whether there is time for the longest limits too. */
export function waitingConnections(): { count: number; patient: boolean } {
  const given = process.env['WAITING_CONNECTIONS'];
  return { count: Number(given ?? 1_000), patient: given !== undefined };
}

/** Where clients write down every answer from 400 on, for the file that looks for secrets in them. */
export function errorAnswersFile(): string {
  return join(readSharedAddresses().logDirectory, 'error-answers.txt');
}

/** What the processes of stacks that are gone have logged, for the same file. */
export function otherLogsFile(): string {
  return join(readSharedAddresses().logDirectory, 'other-stacks.log');
}
