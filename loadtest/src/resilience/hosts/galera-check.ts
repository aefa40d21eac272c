/**
 * Runs on each database host, for HAProxy: 200 while this node of the cluster takes reads and writes, else 503. A node that
 * has lost the majority still accepts connections, so that alone says nothing.
 */
import { createServer } from 'node:http';
import { isWhole, statusOf } from './galera-status.ts';

const [socketPath = '', port = ''] = process.argv.slice(2);

const server = createServer((_, response) => {
  statusOf(socketPath).then(
    (status) => response.writeHead(isWhole(status) ? 200 : 503).end(`${status.cluster}, ${status.state}\n`),
    (error: unknown) => response.writeHead(503).end(`${String(error)}\n`),
  );
});
server.listen(Number(port), () => process.send?.('ready'));
