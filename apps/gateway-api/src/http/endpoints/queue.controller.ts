import { Body, Controller, Get, Header, Inject, Param, Put, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import {
  QUEUE_CHANGED_SUBJECT,
  type RestQueuePage,
  type RestQueueSettings,
  type RestQueueStatistics,
} from '@discord-relay/contracts';
import { LOGGER, type Logger, NatsLink } from '@discord-relay/platform';
import type { Principal } from '../../access/principal.js';
import { AuditLog } from '../../auth/audit/audit-log.js';
import { NoFieldsDto } from '../../validation/fields.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { requireAdmin } from '../guards/require-admin.js';
import { Answers, AuthenticatedApi, NeedsRight } from '../openapi/documented.js';
import { QueueQueryDto, QueueSettingsDto, QueueStatisticsQueryDto } from './queue.dto.js';
import { QueueReads } from './queue-reads.js';
import { IdParamsDto } from './requests.dto.js';

/** The support queue of a guild: conversations that wait for an answer. */
@Controller('api/v1/guilds')
@AuthenticatedApi('Support queue')
export class QueueController {
  constructor(
    @Inject(QueueReads) private readonly reads: QueueReads,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(NatsLink) private readonly link: NatsLink,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get(':id/queue')
  @Answers(
    'QueuePage',
    'Conversations that wait for staff, were answered or were solved; longest waiting first.',
  )
  list(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() query: QueueQueryDto,
  ): Promise<RestQueuePage> {
    return this.reads.list(principal, id, query);
  }

  @Get(':id/queue/statistics')
  @Answers(
    'QueueStatistics',
    'Conversations by the day on which they were opened: their states now, and how long first responses took.',
  )
  statistics(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() query: QueueStatisticsQueryDto,
  ): Promise<RestQueueStatistics> {
    return this.reads.statistics(principal, id, query);
  }

  @Get(':id/queue/settings')
  @Answers(
    'QueueSettings',
    'The staff roles, the channels of the queue, and what counts as solved. For admins.',
  )
  @NeedsRight('the role admin')
  @Header('Cache-Control', 'no-store')
  async settings(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<RestQueueSettings> {
    requireAdmin(principal);
    return this.reads.settings(principal, id);
  }

  @Put(':id/queue/settings')
  @Answers('QueueSettings', 'Replaces the settings; they also apply to existing conversations. For admins.')
  @NeedsRight('the role admin')
  @Header('Cache-Control', 'no-store')
  async configure(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Body() body: QueueSettingsDto,
    @Req() { ip: address }: Request,
  ): Promise<RestQueueSettings> {
    requireAdmin(principal);
    const settings = await this.reads.configure(principal, id, body);
    this.audit.record({ action: 'queue.configured', actor: principal.id, address, target: id });
    void this.link.connection
      .then((connection) => connection.publish(QUEUE_CHANGED_SUBJECT, id))
      .catch((err: unknown) =>
        this.logger.warn(
          { err },
          'change of queue settings not announced; other replicas notice it within seconds',
        ),
      );
    return settings;
  }
}
