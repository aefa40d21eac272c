import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildProcess } from 'node:child_process';
import { inheritedEnv } from './env.ts';
import { freePort } from './free-port.ts';
import { OwnProcess } from './own-process.ts';
import { StackError } from './stack-error.ts';

export interface SystemOptions {
  databaseUrl: string;
  redisUrl: string;
  /** Of the first API process; each further one gets a free port. Default: a free one. */
  port?: number;
  apiProcesses?: number;
  workerProcesses?: number;
  /** Ports of the inspector protocol of the first API process and the first worker, for a debugger. */
  inspect?: { api: number; worker: number };
  /** Where the processes' output goes, `api.log` and `worker.log`; without it: to this terminal. */
  logDirectory?: string;
  /** Each process has a METRICS_PORT of its own. */
  observed?: boolean;
  /** Root of the checkout whose API and worker they are; default: this one. */
  checkout?: string;
  /** Comes before each command: what runs it, for instance in another network namespace. */
  through?: readonly string[];
  /** Further settings; `ADMIN_TOKEN` and `SESSION_SECRET` are made up unless given here. */
  env?: NodeJS.ProcessEnv;
}

/** The API and its workers, as production runs them. They must be built. */
export interface System {
  /** `http://127.0.0.1:port` of the first API process; empty when there is none. */
  url: string;
  /** One for each API process. */
  urls: string[];
  /** `http://127.0.0.1:port` of the figures of each API process and each worker, where they are observed. */
  observedUrls: { apis: string[]; workers: string[] };
  /** The first one, where several are allowed. */
  adminToken: string;
  apis: OwnProcess[];
  workers: OwnProcess[];
  /** Drains the API, then the workers. */
  stop(): Promise<void>;
}

const thisCheckout = fileURLToPath(new URL('../../..', import.meta.url));

/** What runs as the API, or as the worker. */
export const builtScript = (script: 'main' | 'worker', checkout = thisCheckout): string =>
  join(checkout, 'apps/api/dist', `${script}.js`);

/**
 * Objects that live as long as a request die young instead of being moved to the old space; and V8 does not compact a
 * quiet process, in pauses of up to a second, shortly before many students come at once.
 */
const heapFlags = ['--min-semi-space-size=32', '--max-semi-space-size=32', '--no-memory-reducer'];

/** main.js and worker.js say so once they listen or consume. */
function untilReady(child: ChildProcess, died: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const hear = (message: unknown) => {
      if (message === 'ready') settle();
    };
    const settle = () => {
      child.off('message', hear);
      died.removeEventListener('abort', settle);
      resolve();
    };
    child.on('message', hear);
    died.addEventListener('abort', settle);
  });
}

function nodeProcess(
  name: string,
  file: string,
  env: NodeJS.ProcessEnv,
  logDirectory: string | undefined,
  through: readonly string[],
  inspect: number | null,
): OwnProcess {
  if (!existsSync(file)) throw new StackError(`${file} is missing: build it first (npm start and npm test do).`);
  const inspected = inspect === null ? [] : [`--inspect=127.0.0.1:${inspect}`];
  const node = [process.execPath, '--enable-source-maps', ...heapFlags, ...inspected, file];
  const [command = process.execPath, ...args] = [...through, ...node];
  return new OwnProcess({
    name,
    command,
    args,
    env,
    logFile: logDirectory ? join(logDirectory, basename(file) === 'main.js' ? 'api.log' : 'worker.log') : null,
    untilReady,
    readySeconds: 60,
    stopSeconds: 30,
    advice:
      'Put right what it says, and start again. Check-ins that were accepted are safe in the database or in the queue.',
    talks: true,
  });
}

async function stopAll(processes: readonly OwnProcess[]): Promise<void> {
  await Promise.all(processes.map((process) => process.stop()));
}

/** Resolves when all of them serve. @throws StackError, with none left running */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { databaseUrl, redisUrl, apiProcesses = 1, workerProcesses = 1, logDirectory, through = [], inspect } = options;
  const given = { ...inheritedEnv(), ...options.env };
  const adminToken = given['ADMIN_TOKEN'] ?? randomBytes(24).toString('base64url');
  const env: NodeJS.ProcessEnv = {
    // What Node has compiled is kept, which takes a fifth off the next start.
    NODE_COMPILE_CACHE: join(options.checkout ?? thisCheckout, 'node_modules/.cache/exco-live'),
    ...given,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    ADMIN_TOKEN: adminToken,
    SESSION_SECRET: given['SESSION_SECRET'] ?? randomBytes(32).toString('base64url'),
  };
  const ports = await Promise.all(
    Array.from({ length: apiProcesses }, async (_, index) => (index === 0 && options.port) || freePort()),
  );
  const observedPorts = await Promise.all(
    Array.from({ length: options.observed ? apiProcesses + workerProcesses : 0 }, freePort),
  );
  const observedAt = (index: number) =>
    observedPorts[index] === undefined ? {} : { METRICS_PORT: String(observedPorts[index]) };
  const numbered = (name: string, index: number, of: number) => (of === 1 ? name : `${name} ${index + 1}`);
  const apis = ports.map((port, index) =>
    nodeProcess(
      numbered('the API', index, apiProcesses),
      builtScript('main', options.checkout),
      { ...env, PORT: String(port), ...observedAt(index) },
      logDirectory,
      through,
      index === 0 && inspect ? inspect.api : null,
    ),
  );
  const workers = Array.from({ length: workerProcesses }, (_, index) =>
    nodeProcess(
      numbered('the worker', index, workerProcesses),
      builtScript('worker', options.checkout),
      { ...env, ...observedAt(apiProcesses + index) },
      logDirectory,
      through,
      index === 0 && inspect ? inspect.worker : null,
    ),
  );
  const stop = async () => {
    await stopAll(apis);
    await stopAll(workers);
  };
  try {
    await Promise.all([...apis, ...workers].map((process) => process.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const observedUrls = observedPorts.map((port) => `http://127.0.0.1:${port}`);
  return {
    url: urls[0] ?? '',
    urls,
    observedUrls: { apis: observedUrls.slice(0, apiProcesses), workers: observedUrls.slice(apiProcesses) },
    adminToken: adminToken.split(',')[0]?.trim() ?? '',
    apis,
    workers,
    stop,
  };
}
