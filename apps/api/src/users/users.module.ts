import { Module } from '@nestjs/common';
import { DigitLimits } from './digits/digit-limits.ts';
import { DigitsService } from './digits/digits.service.ts';
import { RosterAdminController } from './roster/roster-admin.controller.ts';
import { RosterAdminRepository } from './roster/roster-admin.repository.ts';
import { RosterAdminService } from './roster/roster-admin.service.ts';
import { RosterImportController } from './roster-import/roster-import.controller.ts';
import { RosterImportRepository } from './roster-import/roster-import.repository.ts';
import { RosterImportService } from './roster-import/roster-import.service.ts';
import { Roster } from './roster/roster.ts';
import { RosterHistory } from './roster/roster-history.repository.ts';
import { RosterRepository } from './roster/roster.repository.ts';
import { RequestBudget } from './auth/request-budget.ts';
import { SessionCookie } from './auth/session-cookie.ts';
import { Arrivals } from './auth/arrivals.ts';
import { SessionController } from './auth/session.controller.ts';
import { SessionService } from './auth/session.service.ts';
import { SignInThrottle } from './auth/sign-in-throttle.ts';
import { SignedOutSessions } from './auth/signed-out-sessions.ts';
import { SignedToken } from './auth/signed-token.ts';
import { UsedLaunches } from './auth/used-launches.ts';

@Module({
  controllers: [SessionController, RosterImportController, RosterAdminController],
  providers: [
    RosterRepository,
    Roster,
    RosterHistory,
    RosterAdminRepository,
    RosterAdminService,
    RosterImportRepository,
    RosterImportService,
    Arrivals,
    DigitLimits,
    DigitsService,
    RequestBudget,
    SessionCookie,
    SessionService,
    SignInThrottle,
    SignedOutSessions,
    SignedToken,
    UsedLaunches,
  ],
  exports: [Arrivals, Roster, RosterHistory, DigitsService, RequestBudget, SessionCookie, SignedToken],
})
export class UsersModule {}
