import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { env } from './env.ts';

/** What a stream server does wrong. */
export const failures = [
  'playlist 404',
  'playlist 500',
  'playlist cut',
  'playlist is a web page',
  'without CORS',
  'no answer',
  'pieces 404',
  'pieces 500',
  'pieces without end',
] as const;
/** `frozen`: an encoder that hangs. `ended`: one that has stopped. */
export type StreamMode = 'well' | 'frozen' | 'ended' | (typeof failures)[number];

const fourGigabytes = 4 * 2 ** 30;

/** Serves the demo’s stream under any number of names, each well or failing in a way of its own. */
export class FailingStream {
  private readonly modes = new Map<string, StreamMode>();
  private readonly frozen = new Map<string, string>();
  private readonly server = createServer((request, response) => void this.answer(request, response));
  /** `name/file` of each piece that was asked for. */
  readonly asked: string[] = [];

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  url(name: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${name}/live.m3u8`;
  }

  set(name: string, mode: StreamMode): void {
    this.frozen.delete(name);
    this.modes.set(name, mode);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer({ url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name = '', file = ''] = (url.split('?')[0] ?? '').split('/');
    const mode = this.modes.get(name) ?? 'well';
    if (mode !== 'without CORS') response.setHeader('access-control-allow-origin', '*');
    if (mode === 'no answer') return;
    const isPlaylist = file.endsWith('.m3u8');
    const fails = isPlaylist ? 'playlist' : 'pieces';
    if (mode === `${fails} 404` || mode === `${fails} 500`) {
      response.writeHead(Number(mode.slice(-3))).end();
      return;
    }
    const upstream = await fetch(`${env.baseUrl}/demo-stream/${file}`);
    if (!isPlaylist) {
      this.asked.push(`${name}/${file}`);
      const piece = Buffer.from(await upstream.arrayBuffer());
      if (mode === 'pieces without end') response.writeHead(200, { 'content-length': fourGigabytes }).write(piece);
      else response.end(piece);
      return;
    }
    const playlist = this.playlist(name, mode, await upstream.text());
    if (mode === 'playlist cut') {
      response.writeHead(200, { 'content-length': playlist.length }).write(playlist.slice(0, 40));
      setTimeout(() => response.destroy(), 50);
    } else response.end(playlist);
  }

  private playlist(name: string, mode: StreamMode, current: string): string {
    if (mode === 'playlist is a web page') return '<!doctype html><title>Welcome to the school’s Wi-Fi</title>';
    if (mode !== 'frozen' && mode !== 'ended') return current;
    const frozen = this.frozen.get(name) ?? (mode === 'ended' ? `${current}#EXT-X-ENDLIST\n` : current);
    this.frozen.set(name, frozen);
    return frozen;
  }
}
