import type { OwnProcess } from './own-process.ts';

export interface OwnServer {
  /** For DATABASE_URL or REDIS_URL. */
  url: string;
  process: OwnProcess;
  /** Stops it and lets go of its folder. */
  close(): Promise<void>;
}
