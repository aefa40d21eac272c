import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Env } from '../config/env.ts';
import { sendSecurityHeaders } from './security-headers.ts';
import { serveWebApp } from './web-app.ts';

@Module({})
class NoModule {}

let root: string;
let app: NestFastifyApplication;
let streams: string[];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'exco-web-'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><body><exco-app></exco-app></body>');
  writeFileSync(join(root, 'main-ABCDEFGH.js'), 'void 0;');
  const env = {
    WEB_ROOT: root,
    CONNECTION_TEST_BASE_URL: 'https://images.example/test',
    STREAM_ORIGINS: ['https://*.segments.example'],
    PUBLIC_URL: 'https://live.example',
    TRUST_PROXY: 0,
  } as unknown as Env;
  app = await NestFactory.create<NestFastifyApplication>(NoModule, new FastifyAdapter(), { logger: false });
  sendSecurityHeaders(app.getHttpAdapter().getInstance(), env);
  await serveWebApp(app, env, () => streams);
  await app.init();
});
beforeEach(() => (streams = ['https://stream.example']));
afterAll(async () => {
  await app.close();
  rmSync(root, { recursive: true });
});

async function policyOf(url: string): Promise<Map<string, string[]>> {
  const { headers } = await app.inject({ url });
  const directives = String(headers['content-security-policy']).split('; ');
  return new Map(directives.map((directive) => directive.split(' ')).map(([name = '', ...sources]) => [name, sources]));
}

test('the page allows no style without its nonce, which is another one each time', async () => {
  const nonces = new Set<string>();
  for (const url of ['/', '/sign-in']) {
    const { body, headers } = await app.inject({ url });
    const nonce = /<exco-app ngCspNonce="([\w-]{22})">/.exec(body)?.[1] ?? '';
    expect(String(headers['content-security-policy'])).toContain(`style-src 'self' 'nonce-${nonce}';`);
    expect(String(headers['content-security-policy'])).not.toContain('unsafe-inline');
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(2);
});

test('the page is the same compressed, for whoever takes that, and caches tell the two apart', async () => {
  const page = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip, deflate, br' } });
  expect(page.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(gunzipSync(page.rawPayload).toString()).toMatch(/<exco-app ngCspNonce="[\w-]{22}">/);
  expect((await app.inject({ url: '/' })).headers).not.toHaveProperty('content-encoding');
});

test('the page names the hosts of its streams and images, and may speak to no other', async () => {
  const elsewhere = ["'self'", 'https://images.example', 'https://*.segments.example', 'https://stream.example'];
  const policy = await policyOf('/');
  expect(policy.get('connect-src')).toEqual(elsewhere);
  expect(policy.get('media-src')).toEqual([...elsewhere, 'blob:']);
  streams = ['https://other.example'];
  expect((await policyOf('/')).get('connect-src')).toContain('https://other.example');
});

test('nobody frames it, sniffs its files or reaches its window; behind https a browser stays there', async () => {
  const { headers } = await app.inject({ url: '/' });
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': expect.stringContaining('camera=()') as string,
    'strict-transport-security': expect.stringMatching(/^max-age=\d{7,}/) as string,
  });
  for (const url of ['/', '/index.html']) expect((await policyOf(url)).get('frame-ancestors')).toEqual(["'none'"]);
  const file = await app.inject({ url: '/main-ABCDEFGH.js' });
  expect(file.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cache-control': expect.stringContaining('immutable') as string,
  });
});

test('a file with a range or condition that cannot be is no fault of the server', async () => {
  for (const headers of [{ range: 'bytes=99999-' }, { 'if-match': '"x"' }]) {
    const answer = await app.inject({ url: '/main-ABCDEFGH.js', headers });
    expect(answer.statusCode).toBeLessThan(500);
  }
});
