import { Inject, Injectable } from '@nestjs/common';
import type {
  QueueSettings,
  RestQueuePage,
  RestQueueSettings,
  RestQueueStatistics,
  Snowflake,
} from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { ThreadRights } from '../../access/thread-rights.js';
import { type Principal, seesAllChannels } from '../../access/principal.js';
import { type EvaluatedQueue, limitsBeyond } from '../../queue/queue-index.js';
import type { PlacedItem } from '../../queue/queue-item.js';
import { isIn, pageOf } from '../../queue/queue-page.js';
import { QueueReader } from '../../queue/queue-reader.js';
import { queueStatistics } from '../../queue/queue-statistics.js';
import { AuthorizedReader, type GuildReadContext } from './authorized-reader.js';
import type { QueueQueryDto, QueueStatisticsQueryDto } from './queue.dto.js';
import { spanOf } from './requests.dto.js';

/** The part of a support queue that a caller may read; for REST and for MCP. Errors as {@link AuthorizedReader.inGuild}. */
@Injectable()
export class QueueReads {
  constructor(
    @Inject(AuthorizedReader) private readonly reader: AuthorizedReader,
    @Inject(QueueReader) private readonly queue: QueueReader,
  ) {}

  list(principal: Principal, guildId: Snowflake, request: QueueQueryDto): Promise<RestQueuePage> {
    const { state = ['waiting'], channel: channelId, after, limit } = request;
    return this.reader.inGuild(principal, guildId, async (reading) => {
      const { readable, ...queue } = await this.evaluate(principal, guildId, reading);
      const { seq, settings } = queue;
      const { items, ...page } = pageOf(readable, { states: new Set(state), channelId, after, limit });
      const entries = await this.queue.entriesOf(reading.query, guildId, items);
      const beyondLimit = limitsBeyond(queue);
      return { entries, ...page, beyondLimit, configured: settings.revision > 0, seq };
    });
  }

  /** @throws AppError also `REQUEST.INVALID` as {@link spanOf} */
  async statistics(
    principal: Principal,
    guildId: Snowflake,
    { zone = 'UTC', channel, ...query }: QueueStatisticsQueryDto,
  ): Promise<RestQueueStatistics> {
    const span = spanOf(query);
    return this.reader.inGuild(principal, guildId, async (context) => {
      const { readable, ...queue } = await this.evaluate(principal, guildId, context);
      const items = readable.filter((item) => isIn(item, channel));
      const configured = queue.settings.revision > 0;
      const counts = queueStatistics(items, span, zone);
      return { guildId, zone, ...counts, beyondLimit: limitsBeyond(queue), configured };
    });
  }

  settings(principal: Principal, guildId: Snowflake): Promise<RestQueueSettings> {
    return this.reader.inGuild(principal, guildId, () => this.queue.settings.read(guildId));
  }

  /** Replaces the settings. */
  async configure(
    principal: Principal,
    guildId: Snowflake,
    settings: QueueSettings,
  ): Promise<RestQueueSettings> {
    await this.reader.inGuild(principal, guildId, () => Promise.resolve());
    return this.queue.settings.write(guildId, settings, principal.id);
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
