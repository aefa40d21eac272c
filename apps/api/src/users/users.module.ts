import { Module } from '@nestjs/common';
import { DigitLocks } from './digit-locks.ts';
import { DigitsService } from './digits.service.ts';
import { RosterDeskController } from './roster-desk/roster-desk.controller.ts';
import { RosterDeskRepository } from './roster-desk/roster-desk.repository.ts';
import { RosterDeskService } from './roster-desk/roster-desk.service.ts';
import { RosterImportController } from './roster-import/roster-import.controller.ts';
import { RosterImportRepository } from './roster-import/roster-import.repository.ts';
import { RosterImportService } from './roster-import/roster-import.service.ts';
import { Roster } from './roster.ts';
import { RosterRepository } from './roster.repository.ts';
import { SessionCookie } from './session-cookie.ts';
import { SessionController } from './session.controller.ts';
import { SessionService } from './session.service.ts';
import { SignedToken } from './signed-token.ts';

@Module({
  controllers: [SessionController, RosterImportController, RosterDeskController],
  providers: [
    RosterRepository,
    Roster,
    RosterDeskRepository,
    RosterDeskService,
    RosterImportRepository,
    RosterImportService,
    DigitLocks,
    DigitsService,
    SessionCookie,
    SessionService,
    SignedToken,
  ],
  exports: [Roster, DigitsService, SessionCookie, SignedToken],
})
export class UsersModule {}
