import { join } from 'node:path';
import type { Settings } from '../env.ts';
import type { Filled } from './fill.ts';

function samples({ samples: found }: Filled): string[] {
  if (!found) return ['Nobody is on the roster yet: import one at /docs (POST /api/admin/roster).'];
  const widest = Math.max(...found.students.map(({ username }) => username.length));
  return [
    `Sign in as one of these, classmates in “${found.className}” (their last four digits confirm them):`,
    ...found.students.map(
      ({ username, displayName }) => `  ${username.padEnd(widest)}   digits ${username.slice(-4)}   ${displayName}`,
    ),
  ];
}

/** What somebody who has just started it wants to know. */
export function welcome(settings: Settings, adminToken: string, filled: Filled): string {
  const url = `http://localhost:${settings.port}`;
  const token = settings.adminToken
    ? 'the one in ADMIN_TOKEN'
    : `${adminToken}   (kept in ${join(settings.home, 'admin-token')})`;
  return [
    '',
    `Exco Live is running: ${url}`,
    '',
    ...samples(filled),
    ...(filled.isDemo ? [`  all of them: ${join(settings.home, 'demo-roster.csv')}`] : []),
    '',
    `Admin: ${url}/docs   (press Authorize)`,
    `Admin token: ${token}`,
    '',
    `Logs: ${join(settings.home, 'logs')}`,
    'Stop it with Ctrl-C; everything is kept for the next start.',
    '',
  ].join('\n');
}
