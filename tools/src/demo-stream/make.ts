/**
 * Draws and encodes the demo's stream: `node tools/src/demo-stream/make.ts`. Its product is in the repository; this is
 * for whoever wants another one. Needs ffmpeg (with libx264) and Chromium.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, StackError } from '@exco/local-stack';
import { chromium } from 'playwright-core';
import { chordLoop, samplesPerSecond } from './sound.ts';

const loopSeconds = 40;
const segmentSeconds = 4;
const framesPerSecond = 25;
const segments = loopSeconds / segmentSeconds;

function ffmpeg(args: readonly string[]): void {
  const { status } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args], { stdio: 'inherit' });
  if (status !== 0) throw new StackError('ffmpeg failed, see above.');
}

async function draw(file: string): Promise<void> {
  const executablePath = findProgram('chromium');
  if (!executablePath) throw new StackError('Chromium is missing.');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  await page.goto(new URL('picture.html', import.meta.url).href);
  const frames = ['-f', 'image2pipe', '-framerate', String(framesPerSecond), '-c:v', 'mjpeg', '-i', '-'];
  const encoder = spawn('ffmpeg', ['-v', 'error', '-y', ...frames, '-c:v', 'ffv1', file], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  for (let frame = 0; frame < loopSeconds * framesPerSecond; frame++) {
    const picture = await page.evaluate<string>(`frameAt(${frame / framesPerSecond})`);
    if (!encoder.stdin.write(Buffer.from(picture, 'base64'))) await once(encoder.stdin, 'drain');
  }
  encoder.stdin.end();
  await once(encoder, 'exit');
  await browser.close();
}

/** Two turns are encoded and the second one kept: its first sound frame has had the end of the loop before it. */
function encode(folder: string): void {
  const twice = ['-stream_loop', '1'];
  ffmpeg([
    ...twice,
    '-i',
    join(folder, 'picture.mkv'),
    ...twice,
    '-f',
    'f32le',
    '-ar',
    String(samplesPerSecond),
    '-ac',
    '1',
    '-i',
    join(folder, 'sound.f32'),
    '-vf',
    'gradfun=3:12,format=yuv420p',
    '-c:v',
    'libx264',
    '-profile:v',
    'main',
    '-preset',
    'veryslow',
    '-tune',
    'animation',
    '-crf',
    '28.5',
    '-bf',
    '0',
    '-g',
    String(segmentSeconds * framesPerSecond),
    '-sc_threshold',
    '0',
    '-maxrate',
    '400k',
    '-bufsize',
    '800k',
    '-c:a',
    'aac',
    '-b:a',
    '40k',
    '-t',
    String(2 * loopSeconds),
    '-f',
    'hls',
    '-hls_segment_type',
    'fmp4',
    '-hls_time',
    String(segmentSeconds),
    '-hls_list_size',
    '0',
    '-hls_flags',
    'independent_segments',
    '-hls_fmp4_init_filename',
    'init.mp4',
    '-hls_segment_filename',
    join(folder, '%d.m4s'),
    join(folder, 'live.m3u8'),
  ]);
}

function keep(from: string, to: URL): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const seconds = [...readFileSync(join(from, 'live.m3u8'), 'utf8').matchAll(/#EXTINF:([\d.]+)/g)].map(([, text]) =>
    Number(text),
  );
  copyFileSync(join(from, 'init.mp4'), new URL('init.mp4', to));
  const listing = Array.from({ length: segments }, (_, index) => {
    const file = `${index}.m4s`;
    copyFileSync(join(from, `${segments + index}.m4s`), new URL(file, to));
    return { file, seconds: seconds[segments + index] };
  });
  writeFileSync(new URL('segments.json', to), `${JSON.stringify({ init: 'init.mp4', segments: listing }, null, 2)}\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'exco-demo-stream-'));
try {
  writeFileSync(join(folder, 'sound.f32'), new Uint8Array(chordLoop(loopSeconds).buffer));
  await draw(join(folder, 'picture.mkv'));
  encode(folder);
  keep(folder, new URL('../../../apps/api/assets/demo-stream', import.meta.url));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
