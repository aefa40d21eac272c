import type { FastifyRequest } from 'fastify';
import { originOf, packedAddress } from './request-origin.ts';

test.each([
  ['192.0.2.17', 'c0000211'],
  ['::ffff:192.0.2.17', 'c0000211'],
  ['::ffff:c000:211', 'c0000211'],
  ['::1', '00000000000000000000000000000001'],
  ['::', '00000000000000000000000000000000'],
  ['2001:db8::8a2e:370:7334', '20010db8000000000000' + '8a2e03707334'],
  ['2001:0db8:0:0:0:0:0:1', '20010db8000000000000000000000001'],
  ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
  ['1::', '00010000000000000000000000000000'],
  ['fe80::1%eth0', 'fe800000000000000000000000000001'],
])('%s is %s', (text, hex) => {
  expect(packedAddress(text)?.toString('hex')).toBe(hex);
});

test.each([undefined, '', 'é', 'unknown', '999.1.1.1', '1.2.3', "1.2.3.4'; DROP TABLE users", '::ffff:1.2.3'])(
  '%j is no address',
  (text) => {
    expect(packedAddress(text)).toBeNull();
  },
);

test('a user agent is cut to what its column takes, and none is an empty one', () => {
  const origin = (userAgent?: string) =>
    originOf({ ip: '127.0.0.1', headers: { 'user-agent': userAgent } } as unknown as FastifyRequest, 7);
  expect(origin('x'.repeat(1_000)).userAgent).toHaveLength(300);
  expect(origin(' padded ').userAgent).toBe('padded');
  expect(origin()).toEqual({ at: 7, address: Buffer.from([127, 0, 0, 1]), userAgent: '' });
});
