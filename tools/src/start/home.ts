import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Claim, StackError, touching } from '@exco/local-stack';
import type { Settings } from '../env.ts';

const atLeast = { adminToken: 16, sessionSecret: 32 };

/** A secret of the demo: made once, kept between starts, readable by this user alone. */
async function keptSecret(file: string, least: number): Promise<string> {
  return touching(file, () => {
    if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
    const secret = readFileSync(file, 'utf8').trim();
    if (secret.length < least)
      throw new StackError(
        `${file} holds no secret of at least ${least} characters. Remove it, and the next start makes a new one.`,
      );
    return secret;
  });
}

export interface Secrets {
  ADMIN_TOKEN: string;
  SESSION_SECRET: string;
}

/** Takes the folder for this start alone. @throws StackError when another one runs from it */
export async function claimHome(home: string): Promise<Claim> {
  // Not `recursive`: where a parent cannot be made, as in /proc, Node 24 then tries for ever.
  await touching(home, () => existsSync(home) || mkdirSync(home, { mode: 0o700 }));
  return Claim.of(home);
}

export async function readSecrets({ home, adminToken, sessionSecret }: Settings): Promise<Secrets> {
  return {
    ADMIN_TOKEN: adminToken ?? (await keptSecret(join(home, 'admin-token'), atLeast.adminToken)),
    SESSION_SECRET: sessionSecret ?? (await keptSecret(join(home, 'session-secret'), atLeast.sessionSecret)),
  };
}
