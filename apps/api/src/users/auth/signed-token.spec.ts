import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { EnvError, type Env } from '../../infrastructure/config/env.ts';
import { SignedToken } from './signed-token.ts';
import type { UsedLaunches } from './used-launches.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'exco-keys-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;

const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

async function start(env: Partial<Env>) {
  const used = new Set<string>();
  const launches = { use: (id: string) => Promise.resolve(!used.has(id) && Boolean(used.add(id))) };
  const tokens = new SignedToken(
    { SESSION_SECRET: 'a secret of thirty-two letters!!', ...env } as Env,
    launches as unknown as UsedLaunches,
  );
  await tokens.onModuleInit();
  return tokens;
}

test.each<[keyof Env, string, () => string]>([
  ['LAUNCH_PUBLIC_KEY_FILE', 'that is not there', () => join(folder, 'nowhere.pem')],
  ['LAUNCH_PUBLIC_KEY_FILE', 'that is a folder', () => folder],
  ['LAUNCH_PUBLIC_KEY_FILE', 'that is empty', () => file('empty', '')],
  ['LAUNCH_PUBLIC_KEY_FILE', 'that holds no key', () => file('text', 'localhost')],
  ['LAUNCH_PUBLIC_KEY_FILE', 'that is cut off', () => file('cut.pem', pem.slice(0, 200))],
  [
    'LAUNCH_PUBLIC_KEY_FILE',
    'that holds the private key',
    () => file('private.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string),
  ],
  ['LAUNCH_JWKS_FILE', 'that is not there', () => join(folder, 'nowhere.json')],
  ['LAUNCH_JWKS_FILE', 'that is no JSON', () => file('half.json', '{"keys":[')],
  ['LAUNCH_JWKS_FILE', 'that is something else', () => file('other.json', '{"name":"keys"}')],
  ['LAUNCH_JWKS_FILE', 'that holds no key', () => file('none.json', '{"keys":[]}')],
])('%s %s: no start, and the sentence names the setting', async (name, what, path) => {
  const starting = start({ [name]: path() });
  await expect(starting).rejects.toBeInstanceOf(EnvError);
  await expect(starting).rejects.toThrow(`${name}: ${/not there|folder/.test(what) ? 'cannot be read' : 'holds no'}`);
});

test.each([
  ['LAUNCH_PUBLIC_KEY_FILE', () => file('right.pem', pem)],
  ['LAUNCH_JWKS_FILE', () => file('right.json', JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] }))],
])('%s that is right: its launches are taken, once', async (name, path) => {
  const tokens = await start({ [name]: path() });
  const launch = await new SignJWT({ sub: 'ada0417', aud: 'exco-live', iss: 'the platform' })
    .setProtectedHeader({ alg: 'RS256' })
    .setExpirationTime('1 min')
    .sign(privateKey);
  expect(await tokens.username(launch)).toBe('ada0417');
  await expect(tokens.username(launch)).rejects.toMatchObject({ code: 'BAD_TOKEN' });
});
