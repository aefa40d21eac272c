import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { RosterImportOptions, RosterReport } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { rosterChanged } from '../roster/roster-signals.ts';
import { Roster } from '../roster/roster.ts';
import { stageOneRoster } from './one-roster.ts';
import { Refusals, unreadable } from './refusals.ts';
import { RosterImportRepository } from './roster-import.repository.ts';
import { stageRosterCsv } from './roster-csv.ts';
import { spooled } from './spool.ts';

export type RosterFormat = RosterReport['format'];

/** A roster file becomes the roster, whole or not at all. */
@Injectable()
export class RosterImportService {
  private running = false;

  constructor(
    private readonly repository: RosterImportRepository,
    private readonly roster: Roster,
    private readonly signals: SignalBus,
  ) {}

  /**
   * When it answers this process knows the new roster, and the others are told.
   * @throws ApiError ROSTER_UNREADABLE, ROSTER_IMPORT_RUNNING, PAYLOAD_TOO_LARGE: then nothing was written
   */
  async import(upload: Readable, format: RosterFormat, options: RosterImportOptions): Promise<RosterReport> {
    // One upload at a time bounds the disk and the staging tables of this process.
    if (this.running) throw new ApiError('ROSTER_IMPORT_RUNNING');
    this.running = true;
    try {
      const report = await spooled(upload, (path) => this.importFile(path, format, options));
      if (!options.dryRun) {
        await this.roster.refresh();
        this.signals.publish(rosterChanged, {});
      }
      return report;
    } finally {
      this.running = false;
    }
  }

  private async importFile(
    path: string,
    format: RosterFormat,
    { dryRun, mode }: RosterImportOptions,
  ): Promise<RosterReport> {
    const refusals = new Refusals();
    const outcome = await this.repository.import(mode, dryRun, async ({ roster, oneRoster }) => {
      const rows =
        format === 'oneroster'
          ? await stageOneRoster(path, mode, roster, oneRoster, refusals)
          : await stageRosterCsv(path, roster, refusals);
      if (mode === 'remove') await roster.takeAsLeavers();
      if (mode === 'replace' && !(await roster.hasStudents()))
        throw unreadable('holds no student that could be taken; replacing would empty the roster');
      return rows;
    });
    if (outcome === 'running') throw new ApiError('ROSTER_IMPORT_RUNNING');
    return {
      dryRun,
      mode,
      format,
      rows: outcome.filled,
      ...outcome.difference,
      refusedRows: refusals.total,
      refused: refusals.listed,
    };
  }
}
