import { Controller, Get, Header, Inject, Query, UseGuards } from '@nestjs/common';
import type { AuditEntry } from '@discord-relay/contracts';
import type { Principal } from '../access/principal.js';
import { BearerGuard, CurrentPrincipal } from '../http/bearer.guard.js';
import { listAudit } from './audit.query.js';
import { AuditQueryDto } from './auth-requests.dto.js';
import { RelayDatabase } from './relay.database.js';
import { requireAdminOfAll } from './require-admin.js';

/** Who did what: for admins of all guilds. */
@Controller('api/v1/audit')
@UseGuards(BearerGuard)
export class AuditController {
  constructor(@Inject(RelayDatabase) private readonly database: RelayDatabase) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  list(@CurrentPrincipal() principal: Principal, @Query() query: AuditQueryDto): Promise<AuditEntry[]> {
    requireAdminOfAll(principal);
    return listAudit(this.database, query);
  }
}
