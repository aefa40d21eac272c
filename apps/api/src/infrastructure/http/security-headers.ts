import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Env } from '../config/env.ts';
import { isSecure } from './own-origin.ts';

/** An answer is what its type says, and nobody keeps it who was not asked to. A handler may set another cache-control. */
export const answerHeaders = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' } as const;

/** A year: whoever was here once is not led to an unencrypted copy of this site. */
const strictTransport = { 'strict-transport-security': 'max-age=31536000' } as const;

export function sendSecurityHeaders(server: FastifyInstance, env: Env): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(answerHeaders);
    if (isSecure(env, request)) reply.headers(strictTransport);
    if (request.url.startsWith('/docs')) reply.headers(headersOfDocs);
    done();
  });
}

const pageHeaders = {
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;

const ownPage = [
  "default-src 'self'",
  "script-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

/**
 * Of the page: everything comes from here, but the stream and the test images. Angular writes the styles of its
 * components into the page, and marks them with the nonce.
 * @param origins of the streams, and of the test images where a CDN has them
 */
export function headersOfPage(nonce: string, origins: readonly string[]): Record<string, string> {
  const elsewhere = ["'self'", ...origins].join(' ');
  const policy = [
    ...ownPage,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src ${elsewhere} data:`,
    `media-src ${elsewhere} blob:`,
    `connect-src ${elsewhere}`,
    "worker-src 'self'",
  ];
  return { ...pageHeaders, 'content-security-policy': policy.join('; ') };
}

/** Of the API's documentation, which keeps the admin's token. Swagger UI writes styles into its page. */
export const headersOfDocs: Record<string, string> = {
  ...pageHeaders,
  'content-security-policy': [...ownPage, "style-src 'self' 'unsafe-inline'", "img-src 'self' data:"].join('; '),
};

export const newNonce = (): string => randomBytes(16).toString('base64url');
