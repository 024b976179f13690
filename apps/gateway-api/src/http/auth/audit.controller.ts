import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import type { AuditEntry } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { listAudit } from '../../auth/audit/audit.query.js';
import { AuditQueryDto } from './auth-requests.dto.js';
import { RelayDatabase } from '../../database/relay.database.js';
import { requireAdminOfAll } from '../guards/require-admin.js';

/** The audit log, for admins without a guild limit. */
@Controller('api/v1/audit')
@AuthenticatedApi('Administration')
export class AuditController {
  constructor(@Inject(RelayDatabase) private readonly database: RelayDatabase) {}

  @Get()
  @Answers(
    'AuditEntry[]',
    'Log-ins, refused requests and admin actions, newest first; for admins without a guild limit.',
  )
  @Header('Cache-Control', 'no-store')
  list(@CurrentPrincipal() principal: Principal, @Query() query: AuditQueryDto): Promise<AuditEntry[]> {
    requireAdminOfAll(principal);
    return listAudit(this.database, query);
  }
}
