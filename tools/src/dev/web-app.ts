import { spawn } from 'node:child_process';
import { checkout, environmentWith } from '../env.ts';

/** Angular's development server. Gives what ends it. */
export function serveWebApp(port: number, apiUrl: string): () => void {
  // Angular's server would take PORT, which is the API's, for its own.
  const env = environmentWith({ NX_TUI: 'false', NG_CLI_ANALYTICS: 'false', EXCO_API_URL: apiUrl, PORT: String(port) });
  // A process group of its own: Nx starts the server as a child, and both are ended together.
  const child = spawn('nx', ['run', 'web:serve', '--output-style=stream'], {
    cwd: checkout,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  });
  return () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
  };
}
