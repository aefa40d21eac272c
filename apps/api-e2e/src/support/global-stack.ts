import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalStack, startSystem } from '@exco/local-stack';
import { migrate } from '@exco/persistence';
import { writeSharedAddresses } from './env.ts';
import { settings } from './settings.ts';

/**
 * Starts the one stack that most test files share, with two API processes so that none of them relies on the memory of
 * one. Loaded by Node itself and not by jest: only syntax that Node can strip.
 * @returns stops it
 */
export async function startGlobalStack(): Promise<() => Promise<void>> {
  const logDirectory = mkdtempSync(join(tmpdir(), 'exco-e2e-'));
  const servers = await startLocalStack({ database: { bufferPoolMegabytes: 128 } });
  const { databaseUrl, redisUrl } = servers;
  try {
    await migrate(databaseUrl);
    const system = await startSystem({ databaseUrl, redisUrl, apiProcesses: 2, logDirectory, env: settings });
    writeSharedAddresses({ databaseUrl, redisUrl, urls: system.urls, logDirectory });
    return async () => {
      await system.stop();
      await servers.stop();
      rmSync(logDirectory, { recursive: true });
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}
