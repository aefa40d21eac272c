import { Injectable } from '@nestjs/common';
import type { RosterMode } from '@exco/contracts';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';
import { RosterDiff, type RosterDifference } from './roster-diff.ts';
import { StagedOneRoster } from './staged-one-roster.ts';
import { StagedRoster } from './staged-roster.ts';

export interface Stages {
  roster: StagedRoster;
  oneRoster: StagedOneRoster;
}

/** Roster files on their way into the tables. All of one import goes through one connection. */
@Injectable()
export class RosterImportRepository {
  constructor(@AdministrationPool() private readonly database: DataSource) {}

  /**
   * Lets `fill` bring the file into staging tables, then compares, and makes the difference unless it is a dry run.
   * @returns what `fill` gave and the difference; `running` when another import is at work
   */
  async import<T>(
    mode: RosterMode,
    dryRun: boolean,
    fill: (stages: Stages) => Promise<T>,
  ): Promise<{ filled: T; difference: RosterDifference } | 'running'> {
    const runner = this.database.createQueryRunner();
    const roster = new StagedRoster(runner.manager);
    const oneRoster = new StagedOneRoster(runner.manager);
    try {
      await roster.create();
      const filled = await fill({ roster, oneRoster });
      // Nothing is locked that is only read: students go on checking in.
      await runner.startTransaction('READ COMMITTED');
      const diff = new RosterDiff(runner.manager, mode);
      if (!(await diff.lock())) return 'running';
      const difference = await diff.compare();
      if (!dryRun) await diff.identify();
      if (!dryRun && makesADifference(difference)) await diff.apply();
      await runner.commitTransaction();
      return { filled, difference };
    } finally {
      // A broken connection takes its temporary tables with it.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      await Promise.all([roster.drop(), oneRoster.drop()]).catch(() => undefined);
      await runner.release();
    }
  }
}

function makesADifference({ added, changed, left }: RosterDifference): boolean {
  return [added, changed, left].some((kind) => Object.values(kind).some((count) => count > 0));
}
