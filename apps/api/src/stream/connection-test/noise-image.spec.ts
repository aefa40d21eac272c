import { crc32, gzipSync, inflateSync } from 'node:zlib';
import { connectionTestSizes } from '@exco/contracts';
import { noiseImage } from './noise-image.ts';

function chunks(image: Buffer): { type: string; content: Buffer }[] {
  const found = [];
  for (let at = 8; at < image.length;) {
    const length = image.readUInt32BE(at);
    const body = image.subarray(at + 4, at + 8 + length);
    expect(image.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    found.push({ type: body.toString('latin1', 0, 4), content: body.subarray(4) });
    at += 12 + length;
  }
  return found;
}

describe.each(connectionTestSizes)('%i kB', (kilobytes) => {
  const image = noiseImage(kilobytes);

  test('a whole PNG: its checksums, and as many pixels as it says', () => {
    expect(image.subarray(0, 8)).toEqual(Buffer.from('89504e470d0a1a0a', 'hex'));
    const [header, pixels, end, ...others] = chunks(image);
    expect([header?.type, pixels?.type, end?.type, others]).toEqual(['IHDR', 'IDAT', 'IEND', []]);
    const [width = 0, height = 0] = [header?.content.readUInt32BE(0), header?.content.readUInt32BE(4)];
    expect([...(header?.content.subarray(8) ?? [])]).toEqual([8, 2, 0, 0, 0]);
    const rows = inflateSync(pixels?.content ?? Buffer.alloc(0));
    expect(rows.length).toBe(height * (width * 3 + 1));
    for (let row = 0; row < height; row++) expect(rows[row * (width * 3 + 1)]).toBe(0);
  });

  test('about as large as asked for', () => {
    expect(Math.abs(image.length - kilobytes * 1000)).toBeLessThan(400);
  });

  test('nothing makes it smaller', () => {
    expect(gzipSync(image, { level: 9 }).length).toBeGreaterThan(image.length * 0.995);
  });
});
