import { portFault, StackError } from '@exco/local-stack';

const reasons: Partial<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program',
  EACCES: 'may not be used by this user (below 1024 only root may)',
};

/** @throws StackError when nothing can listen on it */
export async function checkPort(port: number): Promise<void> {
  const fault = await portFault(port);
  if (fault === null) return;
  throw new StackError(
    `Port ${port} ${reasons[fault] ?? `cannot be listened on (${fault})`}. Free it, or choose another port: PORT=${port < 1024 ? 3000 : port + 1} npm start`,
  );
}
