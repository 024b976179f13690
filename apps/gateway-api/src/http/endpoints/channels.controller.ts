import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import {
  AppError,
  type RestChannel,
  type RestChannelStatistics,
  type RestEventPage,
  type RestMessagePage,
  type RestThreadPage,
} from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { findChannelAsOf } from '../../read/channels.query.js';
import { listVisibleThreads } from '../../read/threads.query.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { eventPage } from './event-page.js';
import { toRestChannel } from '../as-of/places-as-of.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { channelAsOf, rightsThenAndNow, tellAsOf } from '../as-of/as-of-context.js';
import { LogMoments } from '../as-of/log-moments.js';
import { AuthorizedReader, demandSight } from './authorized-reader.js';
import { ChannelReads } from './channel-reads.js';
import {
  AsOfQueryDto,
  EventsQueryDto,
  HistoryQueryDto,
  IdParamsDto,
  SpanQueryDto,
  ThreadsQueryDto,
} from './requests.dto.js';

/** A channel or thread, and its messages. */
@Controller('api/v1/channels')
@AuthenticatedApi('Channels')
export class ChannelsController {
  constructor(
    @Inject(AuthorizedReader) private readonly reading: AuthorizedReader,
    @Inject(ChannelReads) private readonly reads: ChannelReads,
    @Inject(LogMoments) private readonly moments: LogMoments,
  ) {}

  @Get(':id')
  @Answers('Channel', 'A channel, a room or a thread, archived or not.')
  async channel(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { asOf }: AsOfQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RestChannel> {
    const moment = await this.moments.findAsOf(asOf);
    if (!moment) return this.reads.channel(principal, id);
    return this.reading.inChannel(principal, id, 'see', async (reading) => {
      const { channel, query } = reading;
      const found = await channelAsOf(reading, moment, demandSight);
      tellAsOf(response, found.asOf);
      const row = await findChannelAsOf(query, channel, found.point.seq);
      if (!row) throw new AppError('CHANNEL.NOT_FOUND');
      return toRestChannel(row, await rightsThenAndNow(reading, [id], found.point));
    });
  }

  @Get(':id/threads')
  @Answers('ThreadPage', 'Threads of a channel, newest first: active ones, or archived ones.')
  async threads(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { archived, before, limit, asOf }: ThreadsQueryDto,
  ): Promise<RestThreadPage> {
    const page = { archived: archived === 'true', before, limit };
    const moment = await this.moments.findAsOf(asOf);
    return this.reading.inChannel(principal, id, 'see', async (reading) => {
      const { query, loadRights } = reading;
      if (!moment)
        return listVisibleThreads(
          query,
          id,
          page,
          async (ids) => new Set((await loadRights(ids)).visibleChannels()),
        );
      const found = await channelAsOf(reading, moment, demandSight);
      const { seq } = found.point;
      const threads = await listVisibleThreads(query, id, { ...page, asOf: seq }, async (ids) => {
        const rights = await rightsThenAndNow(reading, ids, found.point);
        return new Set(ids.filter((each) => rights(each).see));
      });
      return { ...threads, asOf: found.asOf };
    });
  }

  @Get(':id/messages')
  @Answers('MessagePage', 'A page of messages, oldest first; default: the newest ones.')
  messages(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() query: HistoryQueryDto,
  ): Promise<RestMessagePage> {
    return this.reads.messages(principal, id, query);
  }

  @Get(':id/events')
  @Answers('EventPage', 'All events after a cursor, in pages, or a snapshot with the reason.')
  events(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { after, limit }: EventsQueryDto,
  ): Promise<RestEventPage> {
    return this.reading.inChannel(principal, id, 'history', async ({ query, channel, loadRights }) => {
      const { access } = await loadRights([id]);
      const page = { after: after === undefined ? undefined : Number(after), limit };
      return eventPage(query, channel, { principal, access }, page);
    });
  }

  @Get(':id/statistics')
  @Answers('ChannelStatistics', 'Counts of a channel by hour, never by person.')
  statistics(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() query: SpanQueryDto,
  ): Promise<RestChannelStatistics> {
    return this.reads.statistics(principal, id, query);
  }
}
