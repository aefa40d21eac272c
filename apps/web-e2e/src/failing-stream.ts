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
  'pieces cut',
  'pieces without end',
] as const;
/** `frozen`: an encoder that hangs. `ended`: one that has stopped. */
/** `with choices`: captions, two languages to hear, and two qualities. */
export type StreamMode = 'well' | 'frozen' | 'ended' | 'with choices' | (typeof failures)[number];

const fourGigabytes = 4 * 2 ** 30;

/** The demo’s loop: so much later a playlist names the same files again, under higher numbers. */
const turn = { seconds: 40, pieces: 10 };

const withChoices = `#EXTM3U
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=NO,URI="captions.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Español",LANGUAGE="es",DEFAULT=NO,AUTOSELECT=YES,URI="spanish.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=100000,AUDIO="sound",SUBTITLES="captions"
small.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=400000,AUDIO="sound",SUBTITLES="captions"
large.m3u8
`;
const caption = 'WEBVTT\n\n00:00:00.000 --> 10:00:00.000\nGood morning\n';

function cut(response: ServerResponse, whole: Buffer): void {
  response.writeHead(200, { 'content-length': whole.length }).write(whole.subarray(0, whole.length / 4));
  setTimeout(() => response.destroy(), 50);
}

/** Serves the demo’s stream under any number of names, each well or failing in a way of its own. */
export class FailingStream {
  private readonly modes = new Map<string, StreamMode>();
  private readonly frozen = new Map<string, string>();
  private readonly turnsAhead = new Map<string, number>();
  private readonly server = createServer((request, response) => void this.answer(request, response));
  /** `name/file` of each piece that was asked for, and of each playlist that was chosen. */
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

  /** From now on the stream is where it would be so much later; gives the seconds. */
  skip(name: string, turns: number): number {
    this.turnsAhead.set(name, turns);
    return turns * turn.seconds;
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
    if (mode === 'with choices' && file === 'live.m3u8') {
      response.end(withChoices);
      return;
    }
    if (file.endsWith('.vtt')) {
      this.asked.push(`${name}/${file}`);
      response.end(caption);
      return;
    }
    if (mode === 'with choices' && isPlaylist) {
      this.asked.push(`${name}/${file}`);
      response.end(this.renditionOf(file, await (await fetch(`${env.baseUrl}/demo-stream/live.m3u8`)).text()));
      return;
    }
    const upstream = await fetch(`${env.baseUrl}/demo-stream/${file}`);
    if (!isPlaylist) {
      this.asked.push(`${name}/${file}`);
      const piece = Buffer.from(await upstream.arrayBuffer());
      if (mode === 'pieces without end') response.writeHead(200, { 'content-length': fourGigabytes }).write(piece);
      else if (mode === 'pieces cut') cut(response, piece);
      else response.end(piece);
      return;
    }
    const playlist = this.playlist(name, mode, this.ahead(name, await upstream.text()));
    if (mode === 'playlist cut') cut(response, Buffer.from(playlist));
    else response.end(playlist);
  }

  private ahead(name: string, playlist: string): string {
    const turns = this.turnsAhead.get(name) ?? 0;
    const later = (tag: string, by: number) => (text: string) =>
      text.replace(
        new RegExp(`(#EXT-X-${tag}:)(\\d+)`),
        (_, begin: string, number: string) => `${begin}${Number(number) + by}`,
      );
    return later('MEDIA-SEQUENCE', turns * turn.pieces)(later('DISCONTINUITY-SEQUENCE', turns)(playlist));
  }

  /** Captions have a piece of text for each piece of the picture. */
  private renditionOf(file: string, picture: string): string {
    return file === 'captions.m3u8'
      ? picture.replaceAll(/#EXT-X-MAP.*\n/g, '').replaceAll(/^(\d+)\.m4s$/gm, '$1.vtt')
      : picture;
  }

  private playlist(name: string, mode: StreamMode, current: string): string {
    if (mode === 'playlist is a web page') return '<!doctype html><title>Welcome to the school’s Wi-Fi</title>';
    if (mode !== 'frozen' && mode !== 'ended') return current;
    const frozen = this.frozen.get(name) ?? (mode === 'ended' ? `${current}#EXT-X-ENDLIST\n` : current);
    this.frozen.set(name, frozen);
    return frozen;
  }
}
