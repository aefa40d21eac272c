import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inheritedEnv } from '@exco/local-stack';

const checkout = fileURLToPath(new URL('../../../..', import.meta.url));
const base = 'localhost/exco-base:test';
const image = 'localhost/exco-live:test';

/** What the image says of itself, as the OCI image format names it. */
export interface ImageConfig {
  User: string;
  Env: string[];
  Entrypoint: string[];
  Cmd: string[];
  WorkingDir: string;
  Labels: Record<string, string>;
  Healthcheck?: { Test: string[] };
}

/** An image store in `folder`: no container engine is needed, and none that is there is touched. */
export class ImageStore {
  private readonly env: NodeJS.ProcessEnv;

  constructor(private readonly folder: string) {
    this.env = { ...inheritedEnv(), BUILDAH_ISOLATION: 'chroot', BUILDAH_FORMAT: 'docker' };
  }

  /** Stands in for the official image of Node: Debian, and the Node and npm that run this test. */
  makeBase(): void {
    const root = join(this.folder, 'base');
    this.run('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', root]);
    // Where npm's command leads to: `npm root` names a folder beside the Node that runs it, here one without npm.
    const npm = dirname(dirname(realpathSync(this.run('sh', ['-c', 'command -v npm']).trim())));
    const modules = join(root, 'usr/local/lib/node_modules');
    mkdirSync(modules, { recursive: true });
    this.run('cp', ['-L', process.execPath, join(root, 'usr/local/bin/node')]);
    this.run('cp', ['-a', npm, join(modules, 'npm')]);
    for (const name of ['npm', 'npx'])
      this.run('ln', ['-s', `../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name)]);
    // A network that reads what passes has a certificate of its own.
    this.run('cp', ['-L', '/etc/ssl/certs/ca-certificates.crt', join(root, 'etc/ssl/certs')]);
    const container = this.buildah('from', 'scratch').trim();
    this.buildah('add', '--quiet', container, root, '/');
    this.buildah('config', '--env', 'NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt', container);
    this.buildah('commit', '--quiet', '--rm', container, base);
    this.run('rm', ['-r', root]);
  }

  /** The Dockerfile of this checkout. */
  build(revision: string): void {
    const given = ['--build-arg', `BASE_IMAGE=${base}`, '--build-arg', `REVISION=${revision}`];
    const cache = join(homedir(), '.npm');
    const kept = existsSync(cache) ? ['--volume', `${cache}:/root/.npm:rw`] : [];
    this.buildah('bud', '--pull-never', ...given, ...kept, '--tag', image, '--file', 'Dockerfile', checkout);
  }

  config(): ImageConfig {
    const told = JSON.parse(this.buildah('inspect', '--type', 'image', image)) as { Docker: { config: ImageConfig } };
    return told.Docker.config;
  }

  /** The files of the image, as the root of a process sees them. */
  mounted(): string {
    const container = this.buildah('from', '--pull-never', image).trim();
    return this.buildah('mount', container).trim();
  }

  close(): void {
    this.buildah('umount', '--all');
    this.run('rm', ['-rf', this.folder]);
  }

  private buildah(...args: string[]): string {
    const where = ['--root', join(this.folder, 'store'), '--runroot', join(this.folder, 'run')];
    return this.run('buildah', [...where, '--storage-driver', 'vfs', ...args]);
  }

  /** @throws with what it printed */
  private run(command: string, args: string[]): string {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: checkout,
      env: this.env,
      encoding: 'utf8',
      maxBuffer: 50_000_000,
    });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${(stdout + stderr).slice(-4_000)}`);
    return stdout;
  }
}
