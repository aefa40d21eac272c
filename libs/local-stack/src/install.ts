import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { inheritedEnv } from './env.ts';
import { logTail, runLogged } from './logged-command.ts';
import { findExecutable, findProgram, type Program } from './programs.ts';
import { StackError } from './stack-error.ts';

/** Without a font for them, Chinese characters are boxes in the pictures that the browser tests take. */
export type Installable = Exclude<Program, 'database set-up'> | 'chinese font';

interface Manager {
  command: string;
  /** Of the programs whose package is not named like themselves; several with blanks between them. */
  packages: Partial<Record<Installable, string>>;
  /** A shell script; `$@` are the packages. */
  script: string;
  asRoot: boolean;
}

/** Debian starts a server as soon as it is installed, unless policy-rc.d says no: ours must not collide with it. */
const aptScript = `
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ] && printf '#!/bin/sh\\nexit 101\\n' > "$policy"; then
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM HUP
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update || echo 'The package lists could not be refreshed; trying with the ones that are here.'
apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"`;

const managers: Manager[] = [
  {
    command: 'apt-get',
    packages: {
      database: 'mariadb-server',
      redis: 'redis-server',
      promtool: 'prometheus',
      'systemd-analyze': 'systemd',
      'chinese font': 'fonts-wqy-microhei fontconfig',
      ip: 'iproute2',
    },
    script: aptScript,
    asRoot: true,
  },
  {
    command: 'dnf',
    packages: {
      database: 'mariadb-server',
      redis: '/usr/bin/redis-server',
      promtool: 'golang-github-prometheus',
      'systemd-analyze': 'systemd',
      'chinese font': 'google-noto-sans-cjk-fonts fontconfig',
      ip: 'iproute2',
    },
    script: 'dnf install -y "$@"',
    asRoot: true,
  },
  {
    command: 'apk',
    packages: {
      database: 'mariadb',
      redis: 'redis',
      promtool: 'prometheus',
      'systemd-analyze': 'systemd',
      'chinese font': 'font-noto-cjk fontconfig',
      ip: 'iproute2',
    },
    script: 'apk add --no-cache "$@"',
    asRoot: true,
  },
  {
    command: 'pacman',
    packages: {
      database: 'mariadb',
      redis: 'valkey',
      promtool: 'prometheus',
      'systemd-analyze': 'systemd',
      'chinese font': 'noto-fonts-cjk fontconfig',
      ip: 'iproute2',
    },
    script: 'pacman -Sy --needed --noconfirm "$@"',
    asRoot: true,
  },
  {
    command: 'zypper',
    packages: {
      database: 'mariadb',
      redis: 'redis',
      promtool: 'golang-github-prometheus-prometheus',
      'systemd-analyze': 'systemd',
      'chinese font': 'google-noto-sans-cjk-fonts fontconfig',
      ip: 'iproute2',
    },
    script: 'zypper --non-interactive install "$@"',
    asRoot: true,
  },
  {
    command: 'brew',
    packages: {
      database: 'mariadb',
      redis: 'redis',
      promtool: 'prometheus',
      'systemd-analyze': 'systemd',
      'chinese font': 'font-noto-cjk fontconfig',
    },
    script: 'brew install "$@"',
    asRoot: false,
  },
];

const described: Record<Installable, string> = {
  database: 'MariaDB (mariadbd) or MySQL (mysqld)',
  redis: 'Redis (redis-server) or Valkey (valkey-server)',
  chromium: 'Chromium (chromium)',
  promtool: 'promtool of Prometheus',
  'systemd-analyze': 'systemd-analyze of systemd',
  haproxy: 'HAProxy',
  keepalived: 'keepalived',
  ip: 'ip of iproute2',
  rsync: 'rsync',
  nginx: 'nginx',
  caddy: 'Caddy',
  openssl: 'OpenSSL',
  buildah: 'buildah',
  debootstrap: 'debootstrap',
  'chinese font': 'a font with Chinese characters, and fc-list of fontconfig',
};

const instead: Partial<Record<Installable, string>> = {
  database: 'DATABASE_URL (mysql://user:password@host:3306/exco)',
  redis: 'REDIS_URL (redis://host:6379)',
};

const packageOf = ({ packages }: Manager, program: Installable) => packages[program] ?? program;

function explain(missing: readonly Installable[], manager: Manager | undefined, why: string): StackError {
  const own = missing.flatMap((program) => instead[program] ?? []);
  const command =
    manager && `${manager.command} install ${missing.map((program) => packageOf(manager, program)).join(' ')}`;
  return new StackError(
    [
      `Missing on this system: ${missing.map((program) => described[program]).join('; ')}. ${why}`,
      command ? `Install by hand${manager.asRoot ? ', as root' : ''}: ${command}` : 'Install by hand.',
      ...(own.length > 0 ? [`Or use servers of your own: set ${own.join(' and ')}.`] : []),
    ].join('\n'),
  );
}

function isThere(installable: Installable): boolean {
  if (installable !== 'chinese font') return findProgram(installable) !== null;
  // macOS brings such fonts, and has no fontconfig.
  if (process.platform === 'darwin') return true;
  const list = findExecutable(['fc-list']);
  return list !== null && spawnSync(list, [':lang=zh-cn']).stdout.length > 0;
}

/** How to become root without being asked for a password; null where that is not possible. */
function rootPrefix(): string[] | null {
  if (process.getuid?.() === 0) return [];
  const sudo = findExecutable(['sudo']);
  return sudo && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? [sudo, '-n'] : null;
}

/**
 * Installs what is missing of these with the system's package manager.
 * @param say is told what is being done
 * @param logDirectory where the package manager's output goes, as install.log
 * @throws StackError with what to install by hand, where that is not allowed or fails
 */
export async function installMissing(
  programs: readonly Installable[],
  say: (line: string) => void,
  logDirectory: string,
): Promise<void> {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return;
  const manager = managers.find(({ command }) => findExecutable([command]));
  if (!manager) throw explain(missing, manager, 'No package manager known here was found.');
  const prefix = manager.asRoot ? rootPrefix() : [];
  if (!prefix)
    throw explain(missing, manager, 'This user may not install it: neither root nor sudo without a password.');

  const packages = missing.flatMap((program) => packageOf(manager, program).split(' '));
  say(`Installing ${packages.join(', ')} with ${manager.command} …`);
  const [command = 'sh', ...args] = [...prefix, 'sh', '-c', manager.script, 'sh', ...packages];
  const logFile = join(logDirectory, 'install.log');
  const code = await runLogged({ command, args, logFile, env: inheritedEnv(), say });
  const still = missing.filter((program) => !isThere(program));
  if (still.length > 0) {
    const hint =
      code === 0
        ? 'The packages were installed, but do not bring it.'
        : `${manager.command} failed (is the network there?). Its output is in ${logFile}, which ends:\n${logTail(logFile)}`;
    throw explain(still, manager, hint);
  }
}
