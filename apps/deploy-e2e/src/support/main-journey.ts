import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { findProgram, inheritedEnv } from '@exco/local-stack';

const checkout = fileURLToPath(new URL('../../../..', import.meta.url));

export interface Site {
  url: string;
  adminToken: string;
  /** The file with the students who are on its roster. */
  roster: string;
  /** The file with the certificate that it shows. */
  certificate: string;
}

/** The browser suite's main journey there, from sign-in to check-out. Gives its exit code and what it printed. */
export async function mainJourney({ url, adminToken, roster, certificate }: Site): Promise<[number, string]> {
  const args = ['test', '-c', 'apps/web-e2e/playwright.config.ts', 'whole-event', '-g', 'the whole event: '];
  const child = spawn('playwright', args, {
    cwd: checkout,
    env: {
      ...inheritedEnv(),
      NODE_OPTIONS: '',
      // By it Playwright refuses to run within jest.
      JEST_WORKER_ID: undefined,
      NODE_EXTRA_CA_CERTS: certificate,
      EXCO_BASE_URL: url,
      EXCO_ADMIN_TOKEN: adminToken,
      EXCO_ROSTER_CSV: roster,
      EXCO_CHROMIUM: findProgram('chromium') ?? '',
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  return [code ?? 1, said];
}
