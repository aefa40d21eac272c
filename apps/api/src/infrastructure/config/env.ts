import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseDatabaseUrl } from '@exco/persistence';
import { z } from 'zod';

const onOff = z.enum(['on', 'off']);

function isDatabaseUrl(text: string): boolean {
  try {
    return parseDatabaseUrl(text).database !== '';
  } catch {
    return false;
  }
}

const schema = z.object({
  NODE_ENV: z.string().default('production'),
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  DATABASE_URL: z.string().refine(isDatabaseUrl, 'must look like mysql://user:password@host:3306/database'),
  REDIS_URL: z.string().regex(/^(rediss?|unix):\/\//, 'must begin with redis://, rediss:// or unix://'),
  /** A second Redis for presence and counts, which may keep nothing on disk. */
  REDIS_COUNTS_URL: z
    .string()
    .regex(/^(rediss?|unix):\/\//, 'must begin with redis://, rediss:// or unix://')
    .optional(),
  ADMIN_TOKEN: z
    .string()
    .transform((text) => text.split(',').map((token) => token.trim()))
    .pipe(z.array(z.string().min(16, 'each token must have at least 16 characters')).min(1)),
  SESSION_SECRET: z.string().min(32, 'must have at least 32 characters'),
  SIGN_IN: z.enum(['username', 'signed']).default('username'),
  /** What the existing platform signs its launches with: a shared secret (HS256), a PEM public key, or a JWKS file. */
  LAUNCH_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  LAUNCH_PUBLIC_KEY_FILE: z.string().optional(),
  LAUNCH_JWKS_FILE: z.string().optional(),
  /** The address students type, when it is not the one the server sees. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TRUST_PROXY: onOff.default('off'),
  CONNECTION_TEST_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  DOCS: onOff.optional(),
  API_PROCESSES: z.coerce.number().int().min(1).max(64).default(1),
  WORKER_PROCESSES: z.coerce.number().int().min(1).max(64).default(1),
  /** What the whole system takes, from one student each: whoever waits for the opening is spread by it. */
  CHECK_INS_PER_SECOND: z.coerce.number().int().min(10).max(1_000_000).default(2_500),
  WEB_ROOT: z.string().default(fileURLToPath(new URL('../../../../web/dist/browser', import.meta.url))),
});

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

/** @throws EnvError */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const read = schema.safeParse(present);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return `  ${name}: ${name in present ? issue.message : 'must be set'}`;
    });
    throw new EnvError(`The settings are not right:\n${[...new Set(faults)].join('\n')}`);
  }
  const { DOCS, ...settings } = read.data;
  return {
    ...settings,
    docs: (DOCS ?? (settings.NODE_ENV === 'production' ? 'off' : 'on')) === 'on',
    processId: randomBytes(6).toString('base64url'),
  };
}

/** For an entry point: the settings, or the list of what is wrong with them and exit code 1. */
export function envOrExit(): Env {
  try {
    return readEnv();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    console.error(error.message);
    // Nothing has begun yet that would have to be put away.
    process.exit(1);
  }
}
