import { tmpdir } from 'node:os';
import { batchesInRedis } from '../backup/queue-contents.ts';
import { checkServers } from './servers.ts';

const sentinels = 'redis+sentinel://127.0.0.1:1,127.0.0.1:2/exco';
const cluster = 'redis-cluster://127.0.0.1:1,127.0.0.1:2';
const checked = (redisUrl: string) => checkServers({ home: tmpdir(), databaseUrl: null, redisUrl }, []);

test('a Redis at one address is asked before the start', async () => {
  await expect(checked('redis://127.0.0.1:1')).rejects.toThrow('no Redis answers there');
});

test.each([sentinels, cluster])('%s is left to the API, and a backup does not look into it', async (redisUrl) => {
  await checked(redisUrl);
  expect(await batchesInRedis(redisUrl)).toBeNull();
});
