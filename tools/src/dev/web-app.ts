import { spawn } from 'node:child_process';
import { checkout, environmentWith } from '../env.ts';

/** Angular's development server. Gives what ends it. */
export function serveWebApp(port: number, apiUrl: string): () => void {
  // A process group of its own: Nx starts the server as a child, and both are ended together.
  const child = spawn('nx', ['run', 'web:serve', `--port=${port}`, '--output-style=stream'], {
    cwd: checkout,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: environmentWith({ NX_TUI: 'false', NG_CLI_ANALYTICS: 'false', EXCO_API_URL: apiUrl }),
  });
  return () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
  };
}
