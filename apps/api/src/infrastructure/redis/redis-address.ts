import type { RedisOptions } from 'ioredis';
import { Sentinels } from './sentinels.ts';

const defaultSentinelPort = 26_379;
const defaultPort = 6_379;
const sentinels =
  /^redis\+sentinel:\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^/?]+)\/(?<name>[^/?]+)(?:\/(?<number>\d+))?(?:\?sentinelPassword=(?<sentinelPassword>[^&]+))?$/;
const cluster = /^redis-cluster:\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^/?]+)$/;
const plain = /^(rediss?|unix):\/\//;

export const redisAddressForms =
  '`redis://…`, `rediss://…`, `unix:///path`, by Sentinel `redis+sentinel://user:password@host:26379,host:26379/name`, ' +
  'or a Cluster `redis-cluster://user:password@host:6379,host:6379`';

/** What can be said of an address without asking anybody. */
export const isRedisAddress = (url: string): boolean => [plain, sentinels, cluster].some((form) => form.test(url));

interface HostAndPort {
  host: string;
  port: number;
}

function hostsAndPorts(text: string | undefined, defaultPort: number): HostAndPort[] {
  return (text ?? '').split(',').map((one) => {
    const [, host = one, port] = /^(.*?)(?::(\d+))?$/.exec(one) ?? [];
    return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? defaultPort : Number(port) };
  });
}

const decoded = (text: string | undefined) => (text ? decodeURIComponent(text) : undefined);

/**
 * Options of the client for a server on a Unix socket, or for the master that Sentinels name; null for an address that
 * the client reads itself.
 */
export function optionsOfAddress(url: string): RedisOptions | null {
  if (url.startsWith('unix://')) return { path: url.slice('unix://'.length) };
  const parts = sentinels.exec(url)?.groups;
  if (!parts) return null;
  const [username, password, sentinelPassword] = [parts['user'], parts['password'], parts['sentinelPassword']].map(
    decoded,
  );
  return {
    sentinels: hostsAndPorts(parts['hosts'], defaultSentinelPort),
    name: decoded(parts['name']) ?? '',
    db: Number(parts['number'] ?? 0),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(sentinelPassword ? { sentinelPassword } : {}),
    Connector: Sentinels,
    // The Sentinels say when another one is master: a connection to the old one, which may only be silent, ends at once.
    failoverDetector: true,
    // One that has become a replica takes no writes; the Sentinels are asked again.
    reconnectOnError: (error) => error.message.includes('READONLY'),
  };
}

/** Some nodes of a Cluster, which tell of the others; null for any other address. */
export function clusterOfAddress(url: string): { nodes: HostAndPort[]; options: RedisOptions } | null {
  const parts = cluster.exec(url)?.groups;
  if (!parts) return null;
  const [username, password] = [parts['user'], parts['password']].map(decoded);
  return {
    nodes: hostsAndPorts(parts['hosts'], defaultPort),
    options: { ...(username ? { username } : {}), ...(password ? { password } : {}) },
  };
}
