import { readFileSync } from 'node:fs';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { demoPlaylist, type DemoSegments } from './demo-playlist.ts';

const folder = new URL('../../../assets/demo-stream/', import.meta.url);

/** The demo's stream. It works with no internet; a real event names a real one. */
@ApiExcludeController()
@Controller('demo-stream')
export class DemoStreamController {
  private readonly listing = JSON.parse(readFileSync(new URL('segments.json', folder), 'utf8')) as DemoSegments;
  private readonly files = new Map(
    [this.listing.init, ...this.listing.segments.map(({ file }) => file)].map((file) => [
      file,
      readFileSync(new URL(file, folder)),
    ]),
  );

  @Get('live.m3u8')
  playlist(@Res() reply: FastifyReply): void {
    void reply
      .headers({ 'content-type': 'application/vnd.apple.mpegurl', 'cache-control': 'no-store' })
      .send(demoPlaylist(this.listing, Date.now()));
  }

  @Get(':file')
  segment(@Param('file') file: string, @Res() reply: FastifyReply): void {
    const content = this.files.get(file);
    if (!content) throw new ApiError('NOT_FOUND');
    void reply.headers({ 'content-type': 'video/mp4', 'cache-control': 'public, max-age=86400' }).send(content);
  }
}
