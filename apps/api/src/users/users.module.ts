import { Module } from '@nestjs/common';
import { DigitLocks } from './digit-locks.ts';
import { DigitsService } from './digits.service.ts';
import { Roster } from './roster.ts';
import { RosterRepository } from './roster.repository.ts';
import { SessionCookie } from './session-cookie.ts';
import { SessionController } from './session.controller.ts';
import { SessionService } from './session.service.ts';
import { SignedToken } from './signed-token.ts';

@Module({
  controllers: [SessionController],
  providers: [RosterRepository, Roster, DigitLocks, DigitsService, SessionCookie, SessionService, SignedToken],
  exports: [Roster, DigitsService, SessionCookie, SignedToken],
})
export class UsersModule {}
