import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import {
  createLocalJWKSet,
  importSPKI,
  jwtVerify,
  SignJWT,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  type CryptoKey,
} from 'jose';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';

export const tokenAudience = 'exco-live';
const ownIssuer = 'exco-live';

type Verify = (token: string) => Promise<string | undefined>;

/**
 * Tokens that name a student by username (`sub`): our own join links, and launches that the existing platform signs
 * with its own key. Each key comes with its algorithm; the token has no say in it. Audience and expiry are required.
 */
@Injectable()
export class SignedToken {
  private readonly ownKey: Uint8Array;
  private readonly verifiers: Promise<Verify[]>;

  constructor(@Inject(ENV) env: Env) {
    this.ownKey = createHmac('sha256', env.SESSION_SECRET).update('join link').digest();
    this.verifiers = this.readKeys(env);
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
    for (const verify of await this.verifiers) {
      const username = await verify(token).catch(() => undefined);
      if (username) return username;
    }
    throw new ApiError('BAD_TOKEN');
  }

  private async readKeys(env: Env): Promise<Verify[]> {
    const keys = [this.verifier(this.ownKey, ['HS256'], ownIssuer)];
    if (env.LAUNCH_SECRET) keys.push(this.verifier(new TextEncoder().encode(env.LAUNCH_SECRET), ['HS256']));
    if (env.LAUNCH_PUBLIC_KEY_FILE) {
      const pem = readFileSync(env.LAUNCH_PUBLIC_KEY_FILE, 'utf8');
      for (const algorithm of ['RS256', 'ES256'])
        await importSPKI(pem, algorithm).then(
          (key) => keys.push(this.verifier(key, [algorithm])),
          () => undefined,
        );
    }
    if (env.LAUNCH_JWKS_FILE) {
      const keySet = JSON.parse(readFileSync(env.LAUNCH_JWKS_FILE, 'utf8')) as JSONWebKeySet;
      keys.push(this.verifier(createLocalJWKSet(keySet), ['RS256', 'ES256']));
    }
    return keys;
  }

  private verifier(key: Uint8Array | CryptoKey | JWTVerifyGetKey, algorithms: string[], issuer?: string): Verify {
    const options = {
      algorithms,
      audience: tokenAudience,
      requiredClaims: ['sub', 'exp', 'aud'],
      clockTolerance: 30,
      ...(issuer ? { issuer } : {}),
    };
    return async (token) => {
      const { payload } =
        typeof key === 'function' ? await jwtVerify(token, key, options) : await jwtVerify(token, key, options);
      return payload.sub;
    };
  }
}
