import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';
import { ApiErrorFilter } from './api-error.filter.ts';
import type { Env } from '../config/env.ts';
import { headersOfPage, newNonce } from './security-headers.ts';

const hashedName = /[.-][\w-]{8}\.\w+$/;

/** Addresses that are answered by the API or not at all: the web app does not stand in for them. */
const notPages = /^\/(api|docs|docs-json|health|metrics|demo-stream)(\/|$|\?)/;

const rootElement = '<exco-app';

/** The one page; where the test images lie elsewhere, and in which zone the school is, it is told so. */
function readPage({ WEB_ROOT, CONNECTION_TEST_BASE_URL, SCHOOL_TIME_ZONE }: Env): string {
  const page = readFileSync(join(WEB_ROOT, 'index.html'), 'utf8');
  const withImages = tell(page, 'connection-test', CONNECTION_TEST_BASE_URL?.replace(/\/$/, ''));
  return tell(withImages, 'school-time-zone', SCHOOL_TIME_ZONE);
}

function tell(page: string, name: string, content: string | undefined): string {
  if (!content) return page;
  const escaped = content.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return page.replace(new RegExp(`(<meta name="${name}" content=")[^"]*`), (_, tag: string) => tag + escaped);
}

/**
 * The web app at `/`: its files as the build compressed them, and its one page for each of its routes.
 * @param streamOrigins from where the streams of today's events come
 */
export async function serveWebApp(
  app: NestFastifyApplication,
  env: Env,
  streamOrigins: () => readonly string[],
): Promise<void> {
  const server = app.getHttpAdapter().getInstance();
  const filter = new ApiErrorFilter();
  const root = env.WEB_ROOT;
  const page = existsSync(root) ? readPage(env) : null;
  if (page !== null)
    await app.register(fastifyStatic, {
      root,
      wildcard: false,
      preCompressed: true,
      index: false,
      setHeaders: (reply, path) => {
        if (hashedName.test(path.replace(/\.(br|gz)$/, '')))
          void reply.header('cache-control', 'public, max-age=31536000, immutable');
        else
          void reply.headers({
            ...(path.endsWith('.html') ? headersOfPage(newNonce(), []) : {}),
            'cache-control': 'no-cache',
          });
      },
    });
  const testOrigin = env.CONNECTION_TEST_BASE_URL ? [new URL(env.CONNECTION_TEST_BASE_URL).origin] : [];
  const sendPage = (request: FastifyRequest, reply: FastifyReply, text: string) => {
    const nonce = newNonce();
    const origins = new Set([...testOrigin, ...(env.STREAM_ORIGINS ?? []), ...streamOrigins()]);
    const html = text.replace(rootElement, `${rootElement} ngCspNonce="${nonce}"`);
    // The build cannot compress what is another text each time.
    const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding']));
    if (takesGzip) void reply.header('content-encoding', 'gzip');
    return reply
      .headers({ ...headersOfPage(nonce, [...origins]), 'cache-control': 'no-cache', vary: 'accept-encoding' })
      .type('text/html; charset=utf-8')
      .send(takesGzip ? gzipSync(html) : html);
  };
  // Every file of the build has a route of its own; what is left is a route of the page, or nothing.
  server.get('/*', (request: FastifyRequest, reply: FastifyReply) => {
    if (page !== null && !notPages.test(request.url) && !/\.\w+$/.test(request.url))
      return sendPage(request, reply, page);
    filter.answer(new ApiError('NOT_FOUND'), reply);
    return reply;
  });
}
