import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/**
 * How often HAProxy had to send a request again because a process was not there, or ended without an answer. Its clients see
 * nothing of that; a proxy that does not try again would have let them fail.
 * @param folder of the site
 */
export async function haproxyRetries(folder: string): Promise<number> {
  const socket = connect(join(folder, 'haproxy', 'stats'));
  socket.end('show stat\n');
  const [header = '', ...lines] = (await text(socket)).replace(/^# /, '').trim().split('\n');
  const names = header.split(',');
  const rows = lines.map((line) => new Map(line.split(',').map((value, index) => [names[index], value])));
  const backend = rows.find((row) => row.get('pxname') === 'api' && row.get('svname') === 'BACKEND');
  if (!backend) throw new Error('HAProxy tells nothing of its backend "api"');
  return ['wretr', 'wredis', 'econ', 'eresp'].reduce((sum, name) => sum + Number(backend.get(name)), 0);
}
