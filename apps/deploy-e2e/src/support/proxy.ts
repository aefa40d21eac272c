import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, inheritedEnv, OwnProcess } from '@exco/local-stack';
import { untilConnects } from './until-connects.ts';

const examples = fileURLToPath(new URL('../../../../deploy/proxy', import.meta.url));

interface Where {
  folder: string;
  /** host:port of the two API processes. */
  apis: readonly [string, string];
  certificate: string;
}

interface Ports {
  http: number;
  https: number;
}

interface Started {
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** As an operator has it read its configuration again. */
  reload: (pid: number) => void;
}

/** The example with what an operator puts in. @throws when it does not stand there */
function filledIn(file: string, values: Record<string, string>): string {
  let text = readFileSync(join(examples, file), 'utf8');
  for (const [placeholder, value] of Object.entries(values)) {
    if (!text.includes(placeholder)) throw new Error(`${file} has no "${placeholder}"`);
    text = text.replaceAll(placeholder, value);
  }
  return text;
}

const recipes = {
  haproxy: ({ folder, apis, certificate }: Where, { http, https }: Ports): Started => {
    const file = join(folder, 'haproxy.cfg');
    // A machine that runs tests allows fewer open files.
    const global = `maxconn 1000\n    stats socket ${join(folder, 'stats')}`;
    writeFileSync(file, filledIn('haproxy.cfg', { 'maxconn 90000': global }));
    return {
      command: 'haproxy',
      args: ['-W', '-f', file],
      env: {
        API_1: apis[0],
        API_2: apis[1],
        HTTP: `127.0.0.1:${http}`,
        HTTPS: `127.0.0.1:${https}`,
        CERTIFICATE: certificate,
      },
      reload: (pid) => process.kill(pid, 'SIGUSR2'),
    };
  },
  nginx: ({ folder, apis, certificate }: Where, { http, https }: Ports): Started => {
    const file = join(folder, 'nginx.conf');
    const values = {
      '10.0.0.11:3000': apis[0],
      '10.0.0.12:3000': apis[1],
      '/etc/exco/live.pem': certificate,
      '/run/nginx.pid': join(folder, 'nginx.pid'),
      'listen 80 ': `listen 127.0.0.1:${http} `,
      'listen 443 ': `listen 127.0.0.1:${https} `,
    };
    writeFileSync(file, filledIn('nginx.conf', values));
    return {
      command: 'nginx',
      args: ['-c', file, '-p', folder, '-g', 'daemon off; error_log stderr;'],
      reload: (pid) => process.kill(pid, 'SIGHUP'),
    };
  },
  caddy: ({ folder, apis, certificate }: Where, { http, https }: Ports): Started => {
    const file = join(examples, 'Caddyfile');
    const admin = `localhost:${https + 1}`;
    const env = {
      API_1: apis[0],
      API_2: apis[1],
      SITE: 'localhost',
      HTTP_PORT: String(http),
      HTTPS_PORT: String(https),
      ADMIN: admin,
      CERTIFICATE: certificate,
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
    };
    const again = ['reload', '--force', '--config', file, '--address', admin];
    return {
      command: 'caddy',
      args: ['run', '--config', file],
      env,
      reload: () => execFileSync('caddy', again, { env: { ...inheritedEnv(), ...env }, stdio: 'pipe' }),
    };
  },
};

export type ProxyName = keyof typeof recipes;

/** A proxy with the project's example of its configuration. */
export interface Proxy {
  plainUrl: string;
  url: string;
  reload(): void;
  stop(): Promise<void>;
}

export async function startProxy(name: ProxyName, where: Where): Promise<Proxy> {
  const ports = { http: await freePort(), https: await freePort() };
  const folder = join(where.folder, name);
  mkdirSync(folder);
  const { command, args, env, reload } = recipes[name]({ ...where, folder }, ports);
  const running = new OwnProcess({
    name,
    command,
    args,
    env: { ...inheritedEnv(), ...env },
    logFile: join(folder, 'log'),
    untilReady: (_, died) => untilConnects(ports.https, died),
    readySeconds: 20,
    stopSeconds: 5,
    advice: 'Its configuration is in deploy/proxy.',
  });
  await running.start();
  return {
    plainUrl: `http://localhost:${ports.http}`,
    url: `https://localhost:${ports.https}`,
    reload: () => running.pid !== null && reload(running.pid),
    stop: () => running.stop(),
  };
}
