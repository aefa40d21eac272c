import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../terminal/fault.ts';

/** A disk of a few megabytes, in memory. */
export class SmallDisk {
  private readonly ballast: string;

  constructor(folder: string) {
    this.ballast = join(folder, 'ballast');
  }

  /** Until nothing more fits. */
  fill(): void {
    const file = openSync(this.ballast, 'a');
    try {
      for (const size of [1_048_576, 4_096]) {
        const block = Buffer.alloc(size);
        try {
          for (;;) if (writeSync(file, block) < size) break;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.ballast, { force: true });
  }
}

/** One for each server, at the folder in which it will keep its files. @throws Fault */
export function mountSmallDisks<Name extends string>(
  directory: string,
  megabytes: Record<Name, number>,
  cleanUp: AsyncDisposableStack,
): Record<Name, SmallDisk> {
  const disks: Partial<Record<Name, SmallDisk>> = {};
  for (const [name, size] of Object.entries(megabytes) as [Name, number][]) {
    const folder = join(directory, name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { status, stderr } = spawnSync(
      'mount',
      ['-t', 'tmpfs', '-o', `size=${size}m,mode=700`, 'exco-resilience', folder],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Fault(`a disk of ${size} MB cannot be mounted at ${folder}: ${stderr}`);
    cleanUp.defer(() => void spawnSync('umount', ['--lazy', folder]));
    disks[name] = new SmallDisk(folder);
  }
  return disks as Record<Name, SmallDisk>;
}
