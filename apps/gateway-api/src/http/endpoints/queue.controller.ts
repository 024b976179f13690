import { Body, Controller, Get, Header, Inject, Param, Put, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import {
  QUEUE_CHANGED_SUBJECT,
  type RestQueuePage,
  type RestQueueSettings,
  type RestQueueStatistics,
  type Snowflake,
} from '@discord-relay/contracts';
import { LOGGER, type Logger, NatsLink, wallClockMs } from '@discord-relay/platform';
import { ThreadRights } from '../../access/thread-rights.js';
import { seesAllChannels, type Principal } from '../../access/principal.js';
import { AuditLog } from '../../auth/audit/audit-log.js';
import type { PlacedItem } from '../../queue/queue-item.js';
import { type EvaluatedQueue, limitsBeyond } from '../../queue/queue-index.js';
import { isIn, pageOf } from '../../queue/queue-page.js';
import { QueueReader } from '../../queue/queue-reader.js';
import { NoFieldsDto } from '../../validation/fields.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { requireAdmin } from '../guards/require-admin.js';
import { Answers, AuthenticatedApi, NeedsRight } from '../openapi/documented.js';
import { AuthorizedReader, type GuildReadContext } from './authorized-reader.js';
import { queueStatistics } from '../../queue/queue-statistics.js';
import { QueueQueryDto, QueueSettingsDto, QueueStatisticsQueryDto } from './queue.dto.js';
import { IdParamsDto, spanOf } from './requests.dto.js';

/** The support queue of a guild: conversations that wait for an answer. */
@Controller('api/v1/guilds')
@AuthenticatedApi('Support queue')
export class QueueController {
  constructor(
    @Inject(AuthorizedReader) private readonly reader: AuthorizedReader,
    @Inject(QueueReader) private readonly queue: QueueReader,
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
    @Query() { state = ['waiting'], channel: channelId, after, limit }: QueueQueryDto,
  ): Promise<RestQueuePage> {
    return this.reader.inGuild(principal, id, async (reading) => {
      const { query } = reading;
      const { readable, ...queue } = await this.evaluate(principal, id, reading);
      const { seq, settings } = queue;
      const { items, ...page } = pageOf(readable, { states: new Set(state), channelId, after, limit });
      const entries = await this.queue.entriesOf(query, id, items);
      const beyondLimit = limitsBeyond(queue);
      return { entries, ...page, beyondLimit, configured: settings.revision > 0, seq };
    });
  }

  @Get(':id/queue/statistics')
  @Answers(
    'QueueStatistics',
    'Conversations by the day on which they were opened: their states now, and how long first responses took.',
  )
  statistics(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { zone = 'UTC', channel, ...query }: QueueStatisticsQueryDto,
  ): Promise<RestQueueStatistics> {
    const span = spanOf(query);
    return this.reader.inGuild(principal, id, async (context) => {
      const { readable, ...queue } = await this.evaluate(principal, id, context);
      const items = readable.filter((item) => isIn(item, channel));
      const configured = queue.settings.revision > 0;
      const counts = queueStatistics(items, span, zone);
      return { guildId: id, zone, ...counts, beyondLimit: limitsBeyond(queue), configured };
    });
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
    return this.reader.inGuild(principal, id, () => this.queue.settings.read(id));
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
    await this.reader.inGuild(principal, id, () => Promise.resolve());
    const settings = await this.queue.settings.write(id, body, principal.id);
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

  /** The queue, and the part of it that the caller may read. */
  private async evaluate(
    principal: Principal,
    guildId: Snowflake,
    { query, loadRights }: GuildReadContext,
  ): Promise<EvaluatedQueue & { readable: readonly PlacedItem[] }> {
    const queue = await this.queue.evaluate(query, guildId);
    const { sorted } = queue;
    const readable = seesAllChannels(principal) ? sorted : await readableBy(principal, sorted, loadRights);
    return { ...queue, readable };
  }
}

/** The items whose history the caller may read. Threads are judged by their channels: there may be thousands. */
async function readableBy(
  principal: Principal,
  items: readonly PlacedItem[],
  loadRights: GuildReadContext['loadRights'],
): Promise<PlacedItem[]> {
  const channelIds = new Set(items.map(({ parentId, channelId }) => parentId ?? channelId));
  const { access, rights } = await loadRights([...channelIds]);
  const threads = new ThreadRights(access, principal, wallClockMs());
  return items.filter(({ channelId, parentId, threadType: type }) =>
    type === null ? rights(channelId).history : threads.of({ id: channelId, type, parentId }).history,
  );
}
