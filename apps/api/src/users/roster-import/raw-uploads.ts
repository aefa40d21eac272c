import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { mostUploadBytes, tooLarge } from './spool.ts';
import type { RosterFormat } from './roster-import.service.ts';

export const rosterPath = 'api/admin/roster';

/** Roster files reach their route as a stream; every other route refuses them as it does anything but JSON. */
export function acceptRosterUploads(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  server.addContentTypeParser(['text/csv', 'application/zip'], (request, payload, done) => {
    if (request.routeOptions.url === `/${rosterPath}`) {
      // Comparing a large roster takes longer than a connection may be silent.
      request.raw.socket.setTimeout(0);
      done(null, payload);
    } else done(new ApiError('UNSUPPORTED_MEDIA_TYPE'));
  });
}

/** @throws ApiError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE: before the upload begins, where it says its size */
export function uploadOf({ body, headers }: FastifyRequest): [upload: Readable, format: RosterFormat] {
  if (!(body instanceof Readable)) throw new ApiError('UNSUPPORTED_MEDIA_TYPE', 'Send text/csv or application/zip.');
  if (Number(headers['content-length'] ?? 0) > mostUploadBytes) throw tooLarge();
  return [body, headers['content-type']?.startsWith('application/zip') ? 'oneroster' : 'csv'];
}
