import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Env } from '../config/env.ts';
import { ApiError } from './api-error.ts';

/** A request of Node’s or of Fastify’s. */
export interface WithHeaders {
  headers: IncomingHttpHeaders;
}

type OwnAddress = Pick<Env, 'PUBLIC_URL' | 'TRUST_PROXY'>;

/** What the nearest proxy has added; what stands before it, any client may have written. */
function ofNearestProxy({ TRUST_PROXY }: OwnAddress, value: string | string[] | undefined): string | undefined {
  if (!TRUST_PROXY || value === undefined) return undefined;
  return [value].flat().join(',').split(',').at(-1)?.trim();
}

/** Whether the student’s browser speaks https, to the proxy before us. */
export function isSecure(env: OwnAddress, { headers }: WithHeaders): boolean {
  return env.PUBLIC_URL?.startsWith('https:') ?? ofNearestProxy(env, headers['x-forwarded-proto']) === 'https';
}

/**
 * Whether this Origin is that of our own pages, port included. A page that came without encryption may have been changed
 * on its way: behind https it is foreign. Without the settings that tell of a proxy, https cannot be seen from here.
 */
export function isOwnOrigin(env: OwnAddress, request: WithHeaders, origin: string): boolean {
  const { headers } = request;
  const host = ofNearestProxy(env, headers['x-forwarded-host']) ?? headers.host ?? '';
  const schemes = isSecure(env, request) ? ['https'] : ['https', 'http'];
  // As nearly all write it; to take addresses apart costs more than everything else that a request is asked here.
  if (schemes.some((scheme) => origin === `${scheme}://${host}`) && URL.canParse(origin)) return true;
  const asked = URL.parse(origin)?.origin;
  if (env.PUBLIC_URL && asked === new URL(env.PUBLIC_URL).origin) return true;
  return asked !== undefined && schemes.some((scheme) => asked === URL.parse(`${scheme}://${host}`)?.origin);
}

function isForeign(env: OwnAddress, request: WithHeaders): boolean {
  const { origin, 'sec-fetch-site': site = '' } = request.headers;
  return origin === undefined ? /^(cross|same)-site$/.test(site) : !isOwnOrigin(env, request, origin);
}

const changesNothing = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Browsers say where a page comes from: a cookie must not let a foreign page act for a student. Programs say nothing,
 * and hold no cookies that somebody else could use.
 */
export function refuseForeignPages(
  server: FastifyInstance,
  env: OwnAddress,
  answer: (error: ApiError, reply: FastifyReply) => void,
): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (changesNothing.has(request.method) || !isForeign(env, request)) done();
    else answer(new ApiError('FOREIGN_ORIGIN'), reply);
  });
}
