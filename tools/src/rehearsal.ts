import { parseArgs } from 'node:util';
import { StackError } from '@exco/local-stack';
import { ownLogs, readSettings } from './env.ts';
import { runCommand } from './run/command.ts';
import { build } from './start/build.ts';

const usage = `npm run rehearsal -- --url https://live.example.org --admin-token …
  --admin-token  also from ADMIN_TOKEN or ADMIN_TOKEN_FILE in the environment, where nobody who lists processes sees it
  --minutes 5    so long the live connection is watched
  --restart '…'  a command that restarts one API process, for instance 'docker compose restart api-1'`;

function options() {
  try {
    const { values } = parseArgs({
      options: {
        url: { type: 'string' },
        'admin-token': { type: 'string' },
        minutes: { type: 'string', default: '5' },
        restart: { type: 'string' },
      },
    });
    const { url, minutes, restart } = values;
    // In the environment of a site there may be several; any of them will do.
    const adminToken = values['admin-token'] ?? readSettings().adminToken?.split(',')[0]?.trim();
    if (url === undefined || !URL.canParse(url) || !/^https?:/.test(url))
      throw new Error('--url must be an http(s) address.');
    if (!adminToken) throw new Error('--admin-token is missing.');
    if (!(Number(minutes) > 0 && Number(minutes) <= 60)) throw new Error('--minutes must be above 0, and at most 60.');
    return { url: new URL(url).origin, adminToken, minutes: Number(minutes), restart: restart ?? null };
  } catch (error) {
    throw new StackError(`${(error as Error).message}\n\n${usage}`, { cause: error });
  }
}

/** The evening before: a small event on the real deployment, with students of its own. */
await runCommand(async (cleanUp) => {
  const wanted = options();
  await build(ownLogs, 'api');
  const { rehearse } = await import('./rehearsal/rehearse.ts');
  return (await rehearse(wanted, cleanUp)) ? 0 : 1;
});
