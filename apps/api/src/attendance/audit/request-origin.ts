import { isIP } from 'node:net';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** When a request came and from where, fit for the columns that keep it. */
export interface RequestOrigin {
  /** Milliseconds since 1970. */
  at: number;
  /** 4 or 16 bytes; null when it is not known. */
  address: Buffer | null;
  /** At most 300 characters; empty when the client does not say. */
  userAgent: string;
}

const mostCharacters = 300;
/** ::ffff:0:0/96, how a server that listens on IPv6 sees IPv4 (RFC 4291, 2.5.5.2). */
const mapped = Buffer.from('00000000000000000000ffff', 'hex');

/** @returns null for what is no address: behind a proxy the text is written by the client */
export function packedAddress(text: string | undefined): Buffer | null {
  if (text === undefined) return null;
  const version = isIP(text);
  if (version === 4) return Buffer.from(text.split('.').map(Number));
  // A zone (`fe80::1%eth0`) means something on one machine only.
  if (version === 6) return withoutMapping(packedIPv6(text.split('%')[0] ?? ''));
  return null;
}

function packedIPv6(text: string): Buffer {
  const [head = '', tail] = text.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  return Buffer.from([...left, ...Array<number>(16 - left.length - right.length).fill(0), ...right]);
}

/** The bytes of `2001:db8:1` or of `ffff:192.0.2.1`. */
function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

function withoutMapping(address: Buffer): Buffer {
  return address.subarray(0, 12).equals(mapped) ? address.subarray(12) : address;
}

/**
 * Taken when the request begins: once the client has gone, `ip` is undefined.
 * @param at milliseconds since 1970
 */
export function originOf(request: FastifyRequest, at: number): RequestOrigin {
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, mostCharacters).trim();
  return { at, address: packedAddress(request.ip), userAgent };
}

/** The origin of a request, for a handler that writes its own entry. */
export const Origin = createParamDecorator((_: unknown, context: ExecutionContext): RequestOrigin =>
  originOf(context.switchToHttp().getRequest<FastifyRequest>(), Date.now()),
);
