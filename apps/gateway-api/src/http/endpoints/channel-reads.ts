import { Inject, Injectable } from '@nestjs/common';
import {
  AppError,
  channelFeed,
  type RestChannel,
  type RestChannelStatistics,
  type RestMessagePage,
  type Snowflake,
} from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { feedHeads } from '../../read/changes.query.js';
import { listMessages } from '../../read/messages/messages.query.js';
import { channelStatistics } from '../../read/statistics.query.js';
import { messagesAsOf } from '../as-of/as-of-context.js';
import { LogMoments } from '../as-of/log-moments.js';
import { toRestChannel } from '../as-of/places-as-of.js';
import { AuthorizedReader, demandHistory } from './authorized-reader.js';
import { type HistoryQueryDto, type SpanQueryDto, spanOf } from './requests.dto.js';

/** What a caller may see of a channel; for REST and for MCP. Errors as {@link AuthorizedReader.inChannel}. */
@Injectable()
export class ChannelReads {
  constructor(
    @Inject(AuthorizedReader) private readonly reader: AuthorizedReader,
    @Inject(LogMoments) private readonly moments: LogMoments,
  ) {}

  channel(principal: Principal, channelId: Snowflake): Promise<RestChannel> {
    return this.reader.inChannel(principal, channelId, 'see', async ({ channel, loadRights }) =>
      toRestChannel(channel, (await loadRights([channelId])).rights),
    );
  }

  /** A page of messages, now or as of a moment. @throws AppError also as {@link messagesAsOf} */
  async messages(
    principal: Principal,
    channelId: Snowflake,
    { limit, asOf, clock, ...bounds }: HistoryQueryDto,
  ): Promise<RestMessagePage> {
    const moment = await this.moments.findAsOf(asOf);
    if (!moment && clock) throw new AppError('REQUEST.INVALID', 'clock needs asOf');
    return this.reader.inChannel(principal, channelId, 'history', async (reading) => {
      const { query } = reading;
      const seq = (await feedHeads(query, [channelFeed(channelId)]))[0]!;
      if (!moment) return { messages: await listMessages(query, channelId, bounds, limit), seq };
      const request = { bounds, limit, moment, clock: clock ?? 'observed', demand: demandHistory } as const;
      return { seq, ...(await messagesAsOf(reading, request)) };
    });
  }

  /** @throws AppError also `REQUEST.INVALID` as {@link spanOf} */
  async statistics(
    principal: Principal,
    channelId: Snowflake,
    request: SpanQueryDto,
  ): Promise<RestChannelStatistics> {
    const span = spanOf(request);
    return this.reader.inChannel(principal, channelId, 'history', async ({ query, channel }) => ({
      channelId: channel.id,
      hours: await channelStatistics(query, channelId, span),
    }));
  }
}
