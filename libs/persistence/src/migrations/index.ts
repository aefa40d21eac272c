// Written by `npm run migration:new`: every migration of this folder, the oldest first.
import { AttendanceOfLiveEvents1763800000000 } from './1763800000000-attendance-of-live-events.ts';
import { AuditAndCorrections1763900000000 } from './1763900000000-audit-and-corrections.ts';
import { SlimAudit1764000000000 } from './1764000000000-slim-audit.ts';
import { RevisionsOfLiveEvents1764050000000 } from './1764050000000-revisions-of-live-events.ts';
import { HistoryOfTheRoster1795833920012 } from './1795833920012-history-of-the-roster.ts';
import { DeletionAndRetention1795833930012 } from './1795833930012-deletion-and-retention.ts';
import { IdentityOfTheDatabase1795861000016 } from './1795861000016-identity-of-the-database.ts';

export const migrations = [
  AttendanceOfLiveEvents1763800000000,
  AuditAndCorrections1763900000000,
  SlimAudit1764000000000,
  RevisionsOfLiveEvents1764050000000,
  HistoryOfTheRoster1795833920012,
  DeletionAndRetention1795833930012,
  IdentityOfTheDatabase1795861000016,
];
