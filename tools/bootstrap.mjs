/**
 * The first thing that runs, on whatever Node ≥ 20 the system has and before anything is installed: installs the
 * dependencies when they are missing or have changed, makes sure of Node 24, and hands over to tools/src/<command>.ts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');
const installedFrom = join(modules, '.exco-lock-hash');
const node24 = join(bin, 'node');

class Fault extends Error {}

/** npm must not run on the very Node that it is about to replace, so its own bin folder leaves the PATH. */
function withoutOwnNode() {
  const path = (process.env.PATH ?? '').split(':').filter((folder) => folder !== bin);
  return { ...process.env, PATH: path.join(':') };
}

/** Shows the command's output, and a sign of life when it has been silent on. Gives its exit code. */
async function show(command, args, cwd) {
  const from = Date.now();
  const child = spawn(command, args, { cwd, env: withoutOwnNode(), stdio: 'inherit' });
  const alive = setInterval(() => console.log(`  … ${Math.round((Date.now() - from) / 1000)} s`), 10_000);
  try {
    return await new Promise((resolve) => {
      child.once('error', () => resolve(127));
      child.once('exit', (code, signal) => resolve(signal ? 130 : code));
    });
  } finally {
    clearInterval(alive);
  }
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function isInstalled() {
  return existsSync(installedFrom) && readFileSync(installedFrom, 'utf8') === lockHash();
}

/** Without a network npm tries on in silence for many minutes. A registry that merely knows no ping is there all the same. */
function hasNetwork() {
  const { stderr } = spawnSync('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=10000'], {
    cwd: root,
    env: withoutOwnNode(),
    encoding: 'utf8',
  });
  return !/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ECONNRESET/.test(stderr ?? '');
}

async function installDependencies() {
  console.log(
    existsSync(modules) ? 'The dependencies have changed: npm install …' : 'Installing the dependencies: npm install …',
  );
  const offline = !hasNetwork();
  if (offline) console.log('The npm registry does not answer; trying with what npm has kept from earlier.');
  // Not `npm ci`: it fails where a registry lacks another platform's optional binaries. The lockfile pins all the same.
  const args = [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...(offline ? ['--offline'] : []),
  ];
  const code = await show('npm', args, root);
  if (code === 130) process.exit(130);
  if (code === 127) throw new Fault('npm is not installed. Install it (it comes with Node) and start again.');
  if (code !== 0)
    throw new Fault(
      offline
        ? 'The npm registry cannot be reached, and npm has not kept everything from earlier. Connect to a network (behind a ' +
            'proxy: npm config set proxy http://…) and run the same command again.'
        : 'npm could not install the dependencies; the reason stands above. Put it right and run the same command again.',
    );
}

function runsNode24() {
  const { stdout } = spawnSync(node24, ['--version'], { encoding: 'utf8' });
  return stdout?.startsWith('v24.') ?? false;
}

/** The npm package "node" fetches its binary in an install script, which some npm settings keep from running. */
async function provideNode24() {
  if (runsNode24()) return;
  const folder = join(modules, 'node');
  console.log('Fetching Node 24 …');
  await show(process.execPath === node24 ? 'node' : process.execPath, ['installArchSpecificPackage.js'], folder);
  if (!existsSync(node24) && existsSync(join(folder, 'bin/node'))) symlinkSync('../node/bin/node', node24);
  if (!runsNode24())
    throw new Fault(
      'Node 24 could not be fetched; the reason stands above. It comes from the npm registry, as the package "node": ' +
        'check the network, remove node_modules and run the same command again.',
    );
}

/** Runs the command, passes signals on, and ends as it ends. */
function handOver(command, args) {
  const child = spawn(node24, [join(root, 'tools/src', `${command}.ts`), ...args], {
    cwd: root,
    env: { ...process.env, PATH: `${bin}:${withoutOwnNode().PATH}` },
    // The fourth channel closes when this process is killed, and the child then stops too.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm that was killed says nothing; only the number of the parent changes.
  const parent = process.ppid;
  const byNpm = process.env.npm_lifecycle_event !== undefined;
  if (byNpm) setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1_000).unref();
  child.once('exit', (code, signal) => process.exit(signal ? 1 : code));
}

const commands = [
  ...['start', 'dev', 'test', 'loadtest', 'test-deploy', 'migrate', 'migration-new', 'screenshots'],
  ...['build', 'check-config', 'backup', 'restore', 'rehearsal', 'resilience'],
];
const [command, ...args] = process.argv.slice(2);

try {
  if (!commands.includes(command)) throw new Fault(`Say one of: ${commands.join(', ')}.`);
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw new Fault(
      `Node 20 or newer is needed; this is ${process.version}. Install it and run the same command again.`,
    );
  if (process.platform === 'win32') throw new Fault('Windows itself is not supported: run this in WSL.');
  if (!isInstalled()) await installDependencies();
  await provideNode24();
  if (!isInstalled()) writeFileSync(installedFrom, lockHash());
  handOver(command, args);
} catch (error) {
  if (!(error instanceof Fault) && !error.code) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
