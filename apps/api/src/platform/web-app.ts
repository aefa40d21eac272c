import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';
import { ApiErrorFilter } from './api-error.filter.ts';

/** Everything comes from here, but the stream and the test images, which may come from a CDN. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https: http://localhost:* http://127.0.0.1:*",
  "media-src 'self' blob: https: http://localhost:* http://127.0.0.1:*",
  "connect-src 'self' ws: wss: https: http://localhost:* http://127.0.0.1:*",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const pageHeaders = {
  'cache-control': 'no-cache',
  'content-security-policy': contentSecurityPolicy,
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

const hashedName = /[.-][A-Z0-9]{8}\.\w+$/;

/** Addresses that are answered by the API or not at all: the web app does not stand in for them. */
const notPages = /^\/(api|docs|docs-json|health|metrics|demo-stream)(\/|$|\?)/;

/** The web app at `/`: its files as the build compressed them, and its one page for each of its routes. */
export async function serveWebApp(app: NestFastifyApplication, root: string): Promise<void> {
  const server = app.getHttpAdapter().getInstance();
  const filter = new ApiErrorFilter();
  if (existsSync(root))
    await app.register(fastifyStatic, {
      root,
      wildcard: false,
      preCompressed: true,
      index: ['index.html'],
      setHeaders: (reply, path) => {
        if (hashedName.test(path.replace(/\.(br|gz)$/, '')))
          void reply.header('cache-control', 'public, max-age=31536000, immutable');
        else void reply.headers(pageHeaders);
      },
    });
  // Every file of the build has a route of its own; what is left is a route of the page, or nothing.
  server.get('/*', (request: FastifyRequest, reply: FastifyReply) => {
    if (existsSync(root) && !notPages.test(request.url) && !/\.\w+$/.test(request.url)) return reply.sendFile('index.html');
    filter.answer(new ApiError('NOT_FOUND'), reply);
    return reply;
  });
}
