import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { inheritedEnv } from './env.ts';

/** What the system has to bring; each under any of its names, the first one preferred. */
const names = {
  database: ['mariadbd', 'mysqld'],
  'database set-up': ['mariadb-install-db', 'mysql_install_db'],
  redis: ['redis-server', 'valkey-server'],
  promtool: ['promtool'],
  'systemd-analyze': ['systemd-analyze'],
  haproxy: ['haproxy'],
  keepalived: ['keepalived'],
  ip: ['ip'],
  rsync: ['rsync'],
  nginx: ['nginx'],
  caddy: ['caddy'],
  openssl: ['openssl'],
  buildah: ['buildah'],
  debootstrap: ['debootstrap'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
} as const;

export type Program = keyof typeof names;

/** Servers live in sbin, which a plain user's PATH leaves out. */
const furtherFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/libexec', '/opt/homebrew/bin', '/usr/local/bin'];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The full path of an executable with one of these names, or null. `EXCO_PROGRAMS` replaces where it looks. */
export function findExecutable(candidates: readonly string[]): string | null {
  const { PATH = '', EXCO_PROGRAMS } = inheritedEnv();
  const folders =
    EXCO_PROGRAMS === undefined ? [...PATH.split(delimiter), ...furtherFolders] : EXCO_PROGRAMS.split(delimiter);
  const files = candidates.flatMap((name) => folders.filter((folder) => folder).map((folder) => join(folder, name)));
  return files.find(isExecutable) ?? null;
}

export function findProgram(program: Program): string | null {
  return findExecutable(names[program]);
}
