import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from './ground.ts';
import type { Program } from './host.ts';
import { programOnHost, untilListens } from './programs.ts';

const example = fileURLToPath(new URL('../../../../deploy/proxy/haproxy.cfg', import.meta.url));

/**
 * Connections of students to one HAProxy; each is two open files, and a process may have 20,000 on many systems. Who comes
 * when all are taken waits, for as long as a page waits.
 */
const mostConnections = 9_000;
/** A page has a live connection, one that is kept for requests, and for moments more. */
const connectionsEach = 2.3;
export const mostStudents = Math.floor(mostConnections / connectionsEach);

/** What differs from the example of deploy/proxy: no encryption, which would cost the generator more than it shows here. */
const differences: Record<string, string> = {
  'maxconn 90000': `maxconn ${mostConnections}`,
  'bind "${HTTPS}" ssl crt "${CERTIFICATE}" alpn h2,http/1.1': 'bind "${HTTPS}"',
  'X-Forwarded-Proto https': 'X-Forwarded-Proto http',
};

/** @throws Error when the example does not say so any more */
function proxyConfiguration(): string {
  let text = readFileSync(example, 'utf8');
  for (const [from, to] of Object.entries(differences)) {
    if (!text.includes(from)) throw new Error(`${example} has no “${from}”`);
    text = text.replace(from, to);
  }
  return text;
}

/** Whoever has the address keeps it when the other comes back: each change of hands costs every connection. */
const addressConfiguration = (own: string, other: string, floating: string) => `
vrrp_instance students {
    version 3
    state BACKUP
    nopreempt
    interface eth0
    virtual_router_id 51
    priority 100
    advert_int 0.5
    unicast_src_ip ${own}
    unicast_peer {
        ${other}
    }
    virtual_ipaddress {
        ${floating}/24
    }
}
`;

/** HAProxy, and keepalived, which takes the floating address when the other balancer is gone. @param apis host:port of each */
export function balancerPrograms(
  name: string,
  { address, commandOnHost, folder }: Place,
  otherAddress: string,
  { floatingAddress, apis }: { floatingAddress: string; apis: readonly [string, string] },
): Program[] {
  const proxyFile = join(folder, 'haproxy.cfg');
  const addressFile = join(folder, 'keepalived.conf');
  writeFileSync(proxyFile, proxyConfiguration());
  writeFileSync(addressFile, addressConfiguration(address, otherAddress, floatingAddress));
  return [
    programOnHost({
      name: `HAProxy of ${name}`,
      commandOnHost,
      command: ['haproxy', '-db', '-f', proxyFile],
      folder,
      env: { API_1: apis[0], API_2: apis[1], HTTP: '127.0.0.1:8080', HTTPS: '*:80' },
      untilReady: (_, died) => untilListens(address, 80, died),
    }),
    programOnHost({
      name: `keepalived of ${name}`,
      commandOnHost,
      command: [
        'keepalived',
        '--dont-fork',
        '--log-console',
        '--vrrp',
        `--use-file=${addressFile}`,
        `--pid=${join(folder, 'keepalived.pid')}`,
        `--vrrp_pid=${join(folder, 'vrrp.pid')}`,
      ],
      folder,
    }),
  ];
}
