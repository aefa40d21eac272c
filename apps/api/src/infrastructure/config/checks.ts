import { existsSync } from 'node:fs';
import { openDatabase, schemaState } from '@exco/persistence';
import type { DataSource } from 'typeorm';
import { within } from '../database/failures.ts';
import { schemaFault, writeFault } from '../database/database-fit.ts';
import { openFilesAllowed } from '../observability/metrics.ts';
import { createRedis } from '../redis/redis.ts';
import { evictionFault, foreignKeysFault, ownerFault } from '../redis/redis-fit.ts';
import { variables, type Env } from './env.ts';

export interface Check {
  /** `advice`: it would serve all the same. */
  verdict: 'right' | 'wrong' | 'advice';
  says: string;
}

const right = (says: string): Check => ({ verdict: 'right', says });
const wrong = (says: string): Check => ({ verdict: 'wrong', says });
const advice = (says: string): Check => ({ verdict: 'advice', says });

const patienceMilliseconds = 6_000;
/** A student holds one open file at the API, and 10,000 of them may come to one host. */
const fewestFiles = 20_000;

const whyNot = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function withDatabase<T>(url: string, ask: (source: DataSource) => Promise<T>): Promise<T> {
  const source = await openDatabase(url, 1);
  return ask(source).finally(() => source.destroy());
}

async function database({ DATABASE_URL }: Env): Promise<Check> {
  try {
    const schema = await within(patienceMilliseconds, schemaState(DATABASE_URL));
    const fault = schemaFault(schema) ?? (await within(patienceMilliseconds, withDatabase(DATABASE_URL, writeFault)));
    if (fault) return wrong(fault);
    return right(
      schema.state === 'current'
        ? 'The database answers, and its schema is up to date.'
        : 'The database answers; a later version has added to its schema, which does no harm.',
    );
  } catch (error) {
    return wrong(`DATABASE_URL: the database does not let us in: ${whyNot(error)}`);
  }
}

/** @param databaseUrl of the system whose queue it keeps; null for a Redis of figures alone */
async function redis(name: string, url: string, databaseUrl: string | null): Promise<Check[]> {
  const keepsQueue = databaseUrl !== null;
  const client = createRedis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  // The rejection only says that the connection is closed; why, comes as an event.
  let why: unknown;
  client.on('error', (error) => (why = error));
  try {
    await within(patienceMilliseconds, client.connect());
    const info = `${await client.info('memory')}\n${await client.info('persistence')}`;
    const said = (key: string) => new RegExp(`^${key}:(.*?)\\r?$`, 'm').exec(info)?.[1];
    const eviction = keepsQueue ? evictionFault(info) : null;
    // A database that is away has a line of its own.
    const owner = keepsQueue
      ? await within(
          patienceMilliseconds,
          withDatabase(databaseUrl, (source) => ownerFault(client, source, false)),
        ).catch(() => null)
      : null;
    const foreign = await foreignKeysFault(client);
    return [
      right(`${name}: Redis answers.`),
      ...[eviction, owner].flatMap((fault) => (fault === null ? [] : [wrong(`${name}: ${fault}`)])),
      ...(foreign === null ? [] : [advice(`${name}: ${foreign}`)]),
      ...(keepsQueue && said('aof_enabled') !== '1'
        ? [
            advice(
              `${name}: appendonly is off; a restart of Redis loses what waits in the queue. Set appendonly yes and appendfsync always.`,
            ),
          ]
        : []),
    ];
  } catch (error) {
    return [wrong(`${name}: Redis does not let us in: ${whyNot(why ?? error)}`)];
  } finally {
    client.disconnect();
  }
}

/** Any answer will do: what the collector thinks of a post without its headers is not asked. */
async function collector({ OTEL_EXPORTER_OTLP_ENDPOINT: url }: Env): Promise<Check[]> {
  if (url === undefined) return [];
  try {
    await fetch(url, { signal: AbortSignal.timeout(patienceMilliseconds) });
    return [right('OTEL_EXPORTER_OTLP_ENDPOINT: the collector of traces answers.')];
  } catch (error) {
    const why = error instanceof Error && error.cause ? error.cause : error;
    return [
      advice(
        `OTEL_EXPORTER_OTLP_ENDPOINT: the collector of traces does not answer, and traces would be lost: ${whyNot(why)}`,
      ),
    ];
  }
}

function surroundings({ WEB_ROOT, PUBLIC_URL, TRUST_PROXY, METRICS_PORT }: Env): Check[] {
  const files = openFilesAllowed();
  return [
    existsSync(WEB_ROOT)
      ? right('The web app is built.')
      : wrong(`WEB_ROOT: ${WEB_ROOT} is missing; build the web app.`),
    ...(PUBLIC_URL?.startsWith('https:') || TRUST_PROXY > 0
      ? []
      : [
          advice(
            'Neither PUBLIC_URL nor TRUST_PROXY is set: behind a proxy with TLS, cookies would lack Secure. Set both there.',
          ),
        ]),
    ...(METRICS_PORT === undefined
      ? [advice('METRICS_PORT is not set: the API answers /metrics on its public port, and a worker nowhere.')]
      : []),
    ...(files < fewestFiles
      ? [advice(`A process may open ${files} files; each student holds one. Raise it (LimitNOFILE, ulimits) to 65536.`)]
      : []),
  ];
}

/** What a start with these settings would find. */
export async function check(env: Env): Promise<Check[]> {
  const counts = env.REDIS_COUNTS_URL;
  const found = await Promise.all([
    database(env).then((one) => [one]),
    redis('REDIS_URL', env.REDIS_URL, env.DATABASE_URL),
    counts ? redis('REDIS_COUNTS_URL', counts, null) : [],
    collector(env),
  ]);
  return [...found.flat(), ...surroundings(env)];
}

/** What a start with these settings would do. */
export function describeSettings(env: Env): string[] {
  const metrics =
    env.METRICS_PORT === undefined ? '' : `; figures and health on ${env.METRICS_HOST}:${env.METRICS_PORT}`;
  const set = variables()
    .filter(({ isSecret }) => isSecret)
    .filter(({ name }) => env[name as keyof Env] !== undefined)
    .map(({ name }) => name);
  return [
    `The API: ${env.API_PROCESSES} process(es) on ${env.HOST}:${env.PORT}${metrics}`,
    `The worker: ${env.WORKER_PROCESSES} process(es)${metrics}`,
    `Sign-in by ${env.SIGN_IN === 'username' ? 'username' : 'signed link or launch only'}; Swagger UI ${env.docs ? 'on' : 'off'}`,
    `Proxies before it: ${env.TRUST_PROXY}; students type ${env.PUBLIC_URL ?? 'what the server sees'}`,
    `Secrets that are set: ${set.join(', ')}`,
  ];
}
