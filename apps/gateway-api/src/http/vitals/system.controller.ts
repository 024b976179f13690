import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { AppError, type RestSystem } from '@discord-relay/contracts';
import { NatsLink, wallClockIso } from '@discord-relay/platform';
import type { Principal } from '../../access/principal.js';
import { ReadModelDatabase } from '../../database/read-model.database.js';
import { openGaps, parkedEvents } from '../../read/system.query.js';
import { queryStatus } from '../../source/query-status.js';
import { type StatusByService, systemStatusOf } from '../../source/system-status.js';
import { NoFieldsDto } from '../../validation/fields.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { requireAdminOfAll } from '../guards/require-admin.js';
import { Answers, AuthenticatedApi, NeedsRight } from '../openapi/documented.js';

/** The state of the whole system, for admins without a guild limit. */
@Controller('api/v1/system')
@AuthenticatedApi('Administration')
export class SystemController {
  constructor(
    @Inject(NatsLink) private readonly link: NatsLink,
    @Inject(ReadModelDatabase) private readonly database: ReadModelDatabase,
  ) {}

  @Get()
  @Answers('System', 'Every process, the shards, the partitions of the log, parked events and open gaps.')
  @NeedsRight('the role admin without a guild limit')
  @Header('Cache-Control', 'no-store')
  async system(@CurrentPrincipal() principal: Principal, @Query() _query: NoFieldsDto): Promise<RestSystem> {
    requireAdminOfAll(principal);
    const [reports, rows] = await Promise.all([this.reports(), this.rows()]);
    return { at: wallClockIso(), ...systemStatusOf(reports), ...rows };
  }

  private async reports(): Promise<StatusByService> {
    if (!this.link.connected) throw new AppError('SERVICE.UNAVAILABLE', 'NATS cannot be reached');
    const connection = await this.link.connection;
    const [ingestor, projector, gatewayApi] = await Promise.all([
      queryStatus(connection, 'ingestor'),
      queryStatus(connection, 'projector'),
      queryStatus(connection, 'gateway-api'),
    ]);
    return { ingestor, projector, 'gateway-api': gatewayApi };
  }

  private rows(): Promise<Pick<RestSystem, 'parked' | 'openGaps'>> {
    return this.database.snapshot(async (query) => ({
      parked: await parkedEvents(query),
      openGaps: await openGaps(query),
    }));
  }
}
