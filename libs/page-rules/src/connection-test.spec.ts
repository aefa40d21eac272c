import { measurementOf, nextImage, type Piece, serverWasLate, steadyPart } from './connection-test.ts';

const minimum = 500;
/** An image of so many kB in pieces of 16 kB, the first of which takes `slowStart` longer. */
const image = (kilobytes: number, kbps: number, slowStart = 0): Piece[] =>
  Array.from({ length: kilobytes / 16 }, (_, index) => ({
    bytes: (index + 1) * 16_000,
    milliseconds: slowStart + ((index + 1) * 16_000 * 8) / kbps,
  }));

describe('the connection test', () => {
  it.each([
    [50_000, 0],
    [1_000, 0],
    [349, 0],
  ])('measures a line of %d kbps, far from the minimum, by one image of 192 kB', (kbps, slowStart) => {
    const images = [image(192, kbps, slowStart)];
    expect(nextImage([], minimum)).toBe(192);
    expect(nextImage(images, minimum)).toBeNull();
    expect(measurementOf(images, minimum)).toEqual({ kbps, bytes: 192_000 });
  });

  it.each([360, 500, 990])(
    'loads one image more for a line of %d kbps, near the minimum, and none after it',
    (kbps) => {
      const images = [image(192, kbps)];
      expect(nextImage(images, minimum)).toBe(256);
      images.push(image(256, kbps));
      expect(nextImage(images, minimum)).toBeNull();
      expect(measurementOf(images, minimum)).toEqual({ kbps, bytes: 448_000 });
    },
  );

  it('leaves out the slow start of a connection', () => {
    expect(measurementOf([image(192, 8_000, 1_200)], minimum).kbps).toBe(8_000);
  });

  it('takes the whole time of an image that came in one piece', () => {
    const pieces = [{ bytes: 192_000, milliseconds: 1_536 }];
    expect(steadyPart(pieces)).toBeNull();
    expect(measurementOf([pieces], minimum).kbps).toBe(1_000);
  });

  it('judges a part of an image by the time that part took', () => {
    expect(measurementOf([image(192, 100).slice(0, 7)], minimum)).toEqual({ kbps: 100, bytes: 112_000 });
  });

  it('is 0 when nothing came', () => {
    expect(measurementOf([[]], minimum)).toEqual({ kbps: 0, bytes: 0 });
  });
});

describe('serverWasLate', () => {
  it.each([
    ['wait;dur=50', true],
    ['db;dur=900, wait;desc="queue";dur=120.5', true],
    ['wait;dur=49.9', false],
    ['db;dur=900', false],
    ['', false],
    [null, false],
  ])('%j: %s', (header, late) => {
    expect(serverWasLate(header)).toBe(late);
  });
});
