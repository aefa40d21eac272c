import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StackError } from '@exco/local-stack';

export const checkout = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Where the output of everything that a command runs is kept. */
export const logsIn = (home: string) => join(home, 'logs');

/** For commands that make nothing else in the checkout. */
export const ownLogs = logsIn(join(checkout, '.exco'));

/** The browser tests keep a picture of every page (`npm run test:looks`). */
export const takesPictures = () => Boolean(process.env['BROWSER_PICTURES_IN']);

/** What the commands themselves need to know; everything else in the environment is the API's, and judged by it. */
export interface Settings {
  /** Where everything that is made here is kept. */
  home: string;
  port: number;
  /** Servers of one's own, or null for private ones. */
  databaseUrl: string | null;
  redisUrl: string | null;
  adminToken: string | null;
  sessionSecret: string | null;
}

/** The secrets among them, each of which may stand in a file that `NAME_FILE` names. */
const secrets = ['DATABASE_URL', 'REDIS_URL', 'ADMIN_TOKEN', 'SESSION_SECRET'] as const;

/** For the environment of a process that is given these secrets: it refuses one that comes from a file too. */
export const notFromFiles = Object.fromEntries(secrets.map((name) => [`${name}_FILE`, '']));

/**
 * What the files hold, as the API reads it: without the last line break. Ignored, they would lead to the private database.
 * @param faults gets what is wrong with them
 */
function secretsFromFiles(source: NodeJS.ProcessEnv, faults: string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of secrets) {
    const file = source[`${name}_FILE`];
    if (!file) continue;
    if (source[name])
      faults.push(
        `${name} is set, and ${name}_FILE too: set one of them (${name}_FILE= before a command unsets it there)`,
      );
    else
      try {
        found[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
        if (found[name] === '') faults.push(`${name}_FILE: ${file} is empty`);
      } catch (error) {
        faults.push(`${name}_FILE cannot be read: ${(error as Error).message}`);
      }
  }
  return found;
}

/** @throws StackError naming every fault at once */
export function readSettings(source: NodeJS.ProcessEnv = process.env): Settings {
  const ofFiles: string[] = [];
  const fromFiles = secretsFromFiles(source, ofFiles);
  const given = (name: string) => fromFiles[name] ?? (source[name] || null);
  const port = given('PORT') ?? '3000';
  const databaseUrl = given('DATABASE_URL');
  const redisUrl = given('REDIS_URL');
  const faults = [
    /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535
      ? null
      : `PORT is "${port}", and must be a number from 1 to 65535`,
    databaseUrl === null || /^mysql:\/\/.+\/./.test(databaseUrl)
      ? null
      : 'DATABASE_URL must look like mysql://user:password@host:3306/exco',
    redisUrl === null || /^(rediss?|unix|redis\+sentinel|redis-cluster):\/\/./.test(redisUrl)
      ? null
      : 'REDIS_URL must look like redis://host:6379',
    ...ofFiles,
  ].filter((fault) => fault !== null);
  if (faults.length > 0)
    throw new StackError(`The settings are not right:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  return {
    home: resolve(given('EXCO_HOME') ?? join(checkout, '.exco')),
    port: Number(port),
    databaseUrl,
    redisUrl,
    adminToken: given('ADMIN_TOKEN'),
    sessionSecret: given('SESSION_SECRET'),
  };
}

/** `EXCO_BUILD=skip`: what is built is what is wanted. */
export function buildIsSkipped(): boolean {
  return process.env['EXCO_BUILD'] === 'skip';
}

/** The environment of a child process: ours, and these; `defaults` where ours says nothing. */
export function environmentWith(further: NodeJS.ProcessEnv, defaults: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...defaults, ...process.env, ...further };
}

const ofTheSystem =
  /^(PORT|HOST|DATABASE_URL|REDIS_URL|REDIS_COUNTS_URL|ADMIN_TOKEN|SESSION_SECRET|SIGN_IN|LAUNCH_.*|PUBLIC_URL|TRUST_PROXY|CONNECTION_TEST_BASE_URL|SCHOOL_TIME_ZONE|STREAM_ORIGINS|DOCS|(API|WORKER)_PROCESSES|WEB_ROOT|METRICS_.*|LOG_.*|OTEL_.*|EXCO_.*)(_FILE)?$/;

/** Tests bring their own settings: whatever somebody has set for their own servers must neither steer nor reach them. */
export function forgetSettings(): void {
  for (const name of Object.keys(process.env)) if (ofTheSystem.test(name)) Reflect.deleteProperty(process.env, name);
}
