import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDatabaseUrl } from '@exco/persistence';
import { z } from 'zod';
import { isRedisAddress, redisAddressForms } from '../redis/redis-address.ts';
import { weakSecrets } from './weak-secrets.ts';

const onOff = z.enum(['on', 'off']);

function isDatabaseUrl(text: string): boolean {
  try {
    return parseDatabaseUrl(text).database !== '';
  } catch {
    return false;
  }
}

function isTimeZone(text: string): boolean {
  return text === 'UTC' || Intl.supportedValuesOf('timeZone').includes(text);
}

interface About {
  says: string;
  /** Is never printed, and may also come from a file. */
  isSecret?: true;
}

/** What is said of each variable, in docs/configuration.md and by check-config. */
const about = z.registry<About>();
function told<Schema extends z.ZodType>(says: string, schema: Schema, isSecret?: true): Schema {
  about.add(schema, { says, ...(isSecret && { isSecret }) });
  return schema;
}
const secret = <Schema extends z.ZodType>(says: string, schema: Schema): Schema => told(says, schema, true);

const redisUrl = z
  .string()
  .refine(
    isRedisAddress,
    'must begin with redis://, rediss:// or unix://, or look like redis+sentinel://host:26379,host:26379/name or redis-cluster://host:6379,host:6379',
  );
const processes = () => z.coerce.number().int().min(1).max(64).default(1);
const httpUrl = z.url({ protocol: /^https?$/ });
const port = z.coerce.number().int().min(0).max(65_535);

const days = () => z.coerce.number().int().min(1, 'must be a number of days, at least 1').max(36_500).optional();

const schema = z.object({
  NODE_ENV: told('`production` turns the defaults of production on', z.string().default('production')),
  HOST: told('Address that the API listens on', z.string().default('0.0.0.0')),
  PORT: told('Port of the API', port.default(3000)),
  DATABASE_URL: secret(
    '`mysql://user:password@host:3306/database`, MySQL from 8.4 or MariaDB from 10.11',
    z.string().refine(isDatabaseUrl, 'must look like mysql://user:password@host:3306/database'),
  ),
  REDIS_URL: secret(redisAddressForms, redisUrl),
  REDIS_COUNTS_URL: secret(
    'A second Redis for presence and counts, which may keep nothing on disk; else the same one',
    redisUrl.optional(),
  ),
  ADMIN_TOKEN: secret(
    'Gives every right. Several, separated by commas, so that one can be replaced; each of at least 16 characters',
    z
      .string()
      .transform((text) => text.split(',').map((token) => token.trim()))
      .pipe(z.array(z.string().min(16, 'each token must have at least 16 characters')).min(1)),
  ),
  SESSION_SECRET: secret(
    'Signs session cookies, at least 32 characters; the same for every process',
    z.string().min(32, 'must have at least 32 characters'),
  ),
  SIGN_IN: told(
    '`username`, or `signed`: signed join links and launches only',
    z.enum(['username', 'signed']).default('username'),
  ),
  LAUNCH_SECRET: secret(
    'What the existing platform signs its launches with: a shared secret (HS256) of at least 32 characters',
    z.string().min(32, 'must have at least 32 characters').optional(),
  ),
  LAUNCH_PUBLIC_KEY_FILE: told('… or a file with its public key (PEM; RS256, ES256)', z.string().optional()),
  LAUNCH_JWKS_FILE: told('… or a file with its key set (JWKS)', z.string().optional()),
  PUBLIC_URL: told('The address that students type, when it is not the one the server sees', httpUrl.optional()),
  TRUST_PROXY: told(
    'How many proxies stand before the API and set `X-Forwarded-*`: `off`, `on` (one), or a number up to 5',
    z
      .union([onOff, z.coerce.number().int().min(0).max(5)], { error: 'must be off, on, or a number from 0 to 5' })
      .transform((hops) => (hops === 'on' ? 1 : hops === 'off' ? 0 : hops))
      .default(0),
  ),
  CONNECTION_TEST_BASE_URL: told('Where the test images lie, for instance on a CDN; else the API', httpUrl.optional()),
  SCHOOL_TIME_ZONE: told(
    'The zone of the school, for instance `Europe/Berlin`: named to students whose clocks show another time',
    z.string().refine(isTimeZone, 'must be an IANA time zone, such as Europe/Berlin').optional(),
  ),
  STREAM_ORIGINS: told(
    'Where else streams come from, besides the hosts that the events name: `https://*.cdn.example`, several separated by commas',
    z
      .string()
      .transform((text) => text.split(/[\s,]+/).filter((origin) => origin !== ''))
      .pipe(
        z.array(z.string().regex(/^https?:\/\/(\*\.)?[\w.-]+(:\d+)?$/, 'each must look like https://*.cdn.example')),
      )
      .optional(),
  ),
  DOCS: told('Swagger UI at `/docs`: `on` or `off`; off in production unless set', onOff.optional()),
  RETENTION_EVENTS_DAYS: told('Days after its close an event goes with all that is kept of it; else never', days()),
  RETENTION_AUDIT_DAYS: told('Days after the close of an event its audit goes; else never', days()),
  RETENTION_ADDRESSES_DAYS: told('… addresses and user agents in its audit go; else never', days()),
  RETENTION_LEAVERS_DAYS: told('Days after a student left the roster their name goes; else never', days()),
  API_PROCESSES: told('API processes on this host, on one port', processes()),
  WORKER_PROCESSES: told('Worker processes on this host', processes()),
  CHECK_INS_PER_SECOND: told(
    'What the whole system takes, from one student each: whoever waits for the opening is spread by it',
    z.coerce.number().int().min(10).max(1_000_000).default(1_900),
  ),
  SHUTDOWN_WAIT_SECONDS: told(
    'After SIGTERM `/health/ready` says 503 for so long before anything is closed: as long as a balancer needs to notice',
    z.coerce.number().int().min(0).max(300).default(0),
  ),
  METRICS_PORT: told(
    'Port of its own for `/metrics`, `/health/live` and `/health/ready`, summed over the processes of this host; the ' +
      'API then answers `/metrics` nowhere else, and a worker has no other port',
    port.optional(),
  ),
  METRICS_HOST: told('Address that METRICS_PORT is opened on', z.string().default('127.0.0.1')),
  LOG_LEVEL: told(
    '`error`, `warn`, `info` or `debug`: this and whatever is graver',
    z.enum(['error', 'warn', 'info', 'debug']).default('warn'),
  ),
  LOG_FORMAT: told('`json` or `text`; JSON in production unless set', z.enum(['json', 'text']).optional()),
  LOG_REQUESTS: told(
    'One line for each request and each batch, with the request’s id: `on` or `off`; needs LOG_LEVEL `info`',
    onOff.default('off'),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: told(
    'Collector that traces of requests go to (OTLP over HTTP), for instance `http://collector:4318`; without it nothing ' +
      'is traced',
    httpUrl.optional(),
  ),
  OTEL_EXPORTER_OTLP_HEADERS: secret(
    'What that collector wants to be sent along: `name=value`, several separated by commas',
    z
      .string()
      .refine(
        (text) => text.split(',').every((pair) => /^\s*[\w-]+\s*=./.test(pair)),
        'must look like name=value,other=value',
      )
      .optional(),
  ),
  OTEL_TRACES_SAMPLER_ARG: told(
    'Share of the requests that are traced, from 0 to 1; of an opening 0.01 is plenty',
    z.coerce.number().min(0).max(1).default(1),
  ),
  WEB_ROOT: told(
    'The built web app; the one of this build unless set',
    z.string().default(fileURLToPath(new URL('../../../../web/dist/browser', import.meta.url))),
  ),
});

type Name = keyof typeof schema.shape;

/** The settings of one process. */
export type Env = Omit<z.infer<typeof schema>, 'DOCS'> & {
  docs: boolean;
  /** Distinguishes the processes that share one Redis. */
  processId: string;
};

export const ENV = Symbol('ENV');

/** A setting is missing or wrong; the message lists every fault. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

const names = Object.keys(schema.shape) as Name[];

interface Source {
  values: Record<string, string>;
  /** What is wrong before any value is judged, by the variable that it concerns. */
  faults: Map<string, string>;
}

/** A secret may stand in a file that `NAME_FILE` names, without its last line break. */
function withFiles(source: NodeJS.ProcessEnv): Source {
  const values: Record<string, string> = {};
  const faults = new Map<string, string>();
  for (const [name, value] of Object.entries(source)) if (value) values[name] = value;
  for (const name of names.filter((one) => about.get(schema.shape[one])?.isSecret)) {
    const file = values[`${name}_FILE`];
    if (file === undefined) continue;
    if (name in values) faults.set(name, `${name}: is set, and ${name}_FILE too; set one of them`);
    else
      try {
        values[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
      } catch (error) {
        faults.set(name, `${name}_FILE: cannot be read: ${(error as Error).message}`);
      }
  }
  return { values, faults };
}

/** @throws EnvError listing every fault of what `wanted` reads */
function judged<T>(wanted: z.ZodType<T>, source: NodeJS.ProcessEnv, named: readonly string[]): T {
  const { values, faults } = withFiles(source);
  const read = wanted.safeParse(values);
  const own = named.flatMap((name) => faults.get(name) ?? []);
  const issues = (read.error?.issues ?? [])
    .map(({ path, message }) => ({ name: String(path[0]), message }))
    .filter(({ name }) => !faults.has(name))
    .map(({ name, message }) => `${name}: ${name in values ? message : 'must be set'}`);
  if (read.success && own.length === 0) return read.data;
  const lines = [...new Set([...own, ...issues])].map((fault) => `\n  ${fault}`);
  throw new EnvError(`The settings are not right:${lines.join('')}`);
}

/** @throws EnvError */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const { DOCS, ...settings } = judged(schema, source, names);
  const weak = settings.NODE_ENV === 'production' ? weakSecrets(settings) : [];
  if (weak.length > 0)
    throw new EnvError(`The settings are not right:${weak.map(([name, fault]) => `\n  ${name}: ${fault}`).join('')}`);
  return {
    ...settings,
    docs: (DOCS ?? (settings.NODE_ENV === 'production' ? 'off' : 'on')) === 'on',
    processId: randomBytes(6).toString('base64url'),
  };
}

/** For what needs the database alone. @throws EnvError */
export function readDatabaseUrl(source: NodeJS.ProcessEnv = process.env): string {
  return judged(schema.pick({ DATABASE_URL: true }), source, ['DATABASE_URL']).DATABASE_URL;
}

export interface Variable {
  name: string;
  says: string;
  isSecret: boolean;
  /** Undefined: none, and the variable may be left out. */
  default: unknown;
  isRequired: boolean;
}

/** Every variable that is read, in the order of the documentation. */
export function variables(): Variable[] {
  return names.map((name) => {
    const unset = schema.shape[name].safeParse(undefined);
    const { says, isSecret = false } = about.get(schema.shape[name]) ?? { says: '' };
    return { name, says, isSecret, default: unset.data, isRequired: !unset.success };
  });
}

/** For an entry point: the settings, or the list of what is wrong with them and exit code 1. */
export function envOrExit(): Env {
  return orExit(readEnv);
}

/** What `read` gives, or the list of what is wrong with the settings and exit code 1. */
export function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    console.error(error.message);
    // Nothing has begun yet that would have to be put away.
    process.exit(1);
  }
}
