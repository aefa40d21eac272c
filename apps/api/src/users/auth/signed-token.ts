import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  createLocalJWKSet,
  importSPKI,
  jwtVerify,
  SignJWT,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  type CryptoKey,
} from 'jose';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { ENV, EnvError, type Env } from '../../infrastructure/config/env.ts';
import { UsedLaunches } from './used-launches.ts';

export const tokenAudience = 'exco-live';
const ownIssuer = 'exco-live';

/** No launch is good for longer from now on, whatever it says. */
export const mostValidSeconds = 24 * 60 * 60;
const clockToleranceSeconds = 30;

/** The claims, when the key of this one signed the token. */
type Verify = (token: string) => Promise<JWTPayload>;
interface Key {
  verify: Verify;
  isOwn: boolean;
}

/**
 * Tokens that name a student by username (`sub`): our own join links, and launches that the existing platform signs
 * with its own key. Each key comes with its algorithm; the token has no say in it. Audience and expiry are required.
 * A launch is good once and for a day at most; a join link until its event is over.
 */
@Injectable()
export class SignedToken implements OnModuleInit {
  private readonly ownKey: Uint8Array;
  private keys: Key[] = [];

  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly usedLaunches: UsedLaunches,
  ) {
    this.ownKey = createHmac('sha256', env.SESSION_SECRET).update('join link').digest();
  }

  /** @throws EnvError: a launch key that cannot be read is noticed at the start, not by the first student */
  async onModuleInit(): Promise<void> {
    this.keys = await this.readKeys(this.env);
  }

  /** @param expiresAt milliseconds since 1970 */
  async issue(username: string, expiresAt: number): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(username)
      .setIssuer(ownIssuer)
      .setAudience(tokenAudience)
      .setExpirationTime(Math.floor(expiresAt / 1000))
      .sign(this.ownKey);
  }

  /**
   * The username that the token names.
   * @throws ApiError BAD_TOKEN
   */
  async username(token: string): Promise<string> {
    for (const { verify, isOwn } of this.keys) {
      const claims = await verify(token).catch(() => null);
      if (!claims) continue;
      const username = usernameIn(claims);
      if (username !== null && (isOwn || (await this.useLaunch(token, claims)))) return username;
      break;
    }
    throw new ApiError('BAD_TOKEN');
  }

  private async useLaunch(token: string, { exp = 0, iss = '', jti }: JWTPayload): Promise<boolean> {
    if (exp > Date.now() / 1000 + mostValidSeconds + clockToleranceSeconds) return false;
    // Where the platform gives it no id, what it signed is one.
    const name = typeof jti === 'string' ? `${iss} ${jti}` : token.slice(0, token.lastIndexOf('.'));
    const id = createHash('sha256').update(name).digest('base64url');
    return this.usedLaunches.use(id, (exp + clockToleranceSeconds) * 1000);
  }

  private async readKeys(env: Env): Promise<Key[]> {
    const keys: Key[] = [{ verify: this.verifier(this.ownKey, ['HS256'], ownIssuer), isOwn: true }];
    const add = (verify: Verify) => keys.push({ verify, isOwn: false });
    if (env.LAUNCH_SECRET) add(this.verifier(new TextEncoder().encode(env.LAUNCH_SECRET), ['HS256']));
    if (env.LAUNCH_PUBLIC_KEY_FILE) {
      const pem = readText('LAUNCH_PUBLIC_KEY_FILE', env.LAUNCH_PUBLIC_KEY_FILE);
      const before = keys.length;
      for (const algorithm of ['RS256', 'ES256'])
        await importSPKI(pem, algorithm).then(
          (key) => add(this.verifier(key, [algorithm])),
          () => undefined,
        );
      if (keys.length === before) throw unreadable('LAUNCH_PUBLIC_KEY_FILE', 'holds no public key for RS256 or ES256');
    }
    if (env.LAUNCH_JWKS_FILE) add(this.verifier(readKeySet(env.LAUNCH_JWKS_FILE), ['RS256', 'ES256']));
    return keys;
  }

  private verifier(key: Uint8Array | CryptoKey | JWTVerifyGetKey, algorithms: string[], issuer?: string): Verify {
    const options = {
      algorithms,
      audience: tokenAudience,
      requiredClaims: ['sub', 'exp', 'aud'],
      clockTolerance: clockToleranceSeconds,
      ...(issuer ? { issuer } : {}),
    };
    return async (token) => {
      const { payload } =
        typeof key === 'function' ? await jwtVerify(token, key, options) : await jwtVerify(token, key, options);
      return payload;
    };
  }
}

function usernameIn({ sub }: JWTPayload): string | null {
  // A token says what its signer likes: `sub` may be anything.
  return typeof sub === 'string' && sub.trim() !== '' ? sub : null;
}

function unreadable(setting: string, why: string): EnvError {
  return new EnvError(`The settings are not right:\n  ${setting}: ${why}`);
}

function readText(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(setting, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readKeySet(file: string): JWTVerifyGetKey {
  const text = readText('LAUNCH_JWKS_FILE', file);
  try {
    const keySet = JSON.parse(text) as JSONWebKeySet;
    if (keySet.keys.length > 0) return createLocalJWKSet(keySet);
  } catch {
    // Said below.
  }
  throw unreadable('LAUNCH_JWKS_FILE', 'holds no key set');
}
