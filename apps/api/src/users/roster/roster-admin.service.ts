import { Injectable } from '@nestjs/common';
import type { RosterClass, RosterStudent } from '@exco/contracts';
import { Roster } from './roster.ts';
import { RosterAdminRepository } from './roster-admin.repository.ts';

/** Who and what is on the roster, with the ids that other admin routes ask for. */
@Injectable()
export class RosterAdminService {
  constructor(
    private readonly roster: Roster,
    private readonly repository: RosterAdminRepository,
  ) {}

  async students(search: string): Promise<RosterStudent[]> {
    const found = await this.repository.search(search);
    return found.map((one) => ({
      ...one,
      classes: this.roster.student(one.userId)?.classes.map(({ name }) => name) ?? [],
    }));
  }

  async classes(): Promise<RosterClass[]> {
    await this.roster.refresh();
    return this.roster.allClasses().map(({ id, name, size }) => ({ id, name, enrolled: size }));
  }
}
