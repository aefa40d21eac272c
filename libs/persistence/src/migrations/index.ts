// Written by `npm run migration:new`: every migration of this folder, the oldest first.
import { AttendanceOfLiveEvents1763800000000 } from './1763800000000-attendance-of-live-events.ts';
import { AuditAndCorrections1763900000000 } from './1763900000000-audit-and-corrections.ts';
import { SlimAudit1764000000000 } from './1764000000000-slim-audit.ts';
import { RevisionsOfLiveEvents1764050000000 } from './1764050000000-revisions-of-live-events.ts';

export const migrations = [
  AttendanceOfLiveEvents1763800000000,
  AuditAndCorrections1763900000000,
  SlimAudit1764000000000,
  RevisionsOfLiveEvents1764050000000,
];
