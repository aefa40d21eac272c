import { Module } from '@nestjs/common';
import { StreamModule } from '../../stream/stream.module.ts';
import { AdminActsController } from './admin-acts.controller.ts';
import { AuditErasure } from './audit-erasure.repository.ts';
import { AuditController } from './audit.controller.ts';
import { AuditRepository } from './audit.repository.ts';
import { AuditService } from './audit.service.ts';
import { AuditTrail } from './audit-trail.ts';
import { UserAgentsRepository } from './user-agents.repository.ts';

/** Who did what to whom. Below the acts: they know it, it knows none of them. */
@Module({
  imports: [StreamModule],
  controllers: [AdminActsController, AuditController],
  providers: [AuditErasure, AuditRepository, AuditService, AuditTrail, UserAgentsRepository],
  exports: [AuditErasure, AuditRepository, AuditTrail],
})
export class AuditModule {}
