import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import {
  channelFeed,
  type RestChannel,
  type RestChannelStatistics,
  type RestEventPage,
  type RestMessagePage,
  type RestThreadPage,
} from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { feedHeads } from '../../read/changes.query.js';
import { listMessages } from '../../read/messages/messages.query.js';
import { channelStatistics } from '../../read/statistics.query.js';
import { listVisibleThreads } from '../../read/threads.query.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { eventPage } from './event-page.js';
import { toRestChannel } from './guilds.controller.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { AuthorizedReader } from './authorized-reader.js';
import {
  EventsQueryDto,
  HistoryQueryDto,
  IdParamsDto,
  SpanQueryDto,
  spanOf,
  ThreadsQueryDto,
} from './requests.dto.js';
import { NoFieldsDto } from '../../validation/fields.js';

/** A channel or thread, and its messages. */
@Controller('api/v1/channels')
@AuthenticatedApi('Channels')
export class ChannelsController {
  constructor(@Inject(AuthorizedReader) private readonly reading: AuthorizedReader) {}

  @Get(':id')
  @Answers('Channel', 'A channel, a room or a thread, archived or not.')
  channel(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<RestChannel> {
    return this.reading.inChannel(principal, id, 'see', async ({ channel, loadRights }) =>
      toRestChannel(channel, (await loadRights([id])).rights),
    );
  }

  @Get(':id/threads')
  @Answers('ThreadPage', 'Threads of a channel, newest first: active ones, or archived ones.')
  threads(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { archived, before, limit }: ThreadsQueryDto,
  ): Promise<RestThreadPage> {
    const page = { archived: archived === 'true', before, limit };
    return this.reading.inChannel(principal, id, 'see', ({ query, loadRights }) =>
      listVisibleThreads(query, id, page, async (ids) => new Set((await loadRights(ids)).visibleChannels())),
    );
  }

  @Get(':id/messages')
  @Answers('MessagePage', 'A page of messages, oldest first; default: the newest ones.')
  messages(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { limit, ...bounds }: HistoryQueryDto,
  ): Promise<RestMessagePage> {
    return this.reading.inChannel(principal, id, 'history', async ({ query }) => {
      const [seq] = await feedHeads(query, [channelFeed(id)]);
      return { messages: await listMessages(query, id, bounds, limit), seq: seq! };
    });
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
    const span = spanOf(query);
    return this.reading.inChannel(principal, id, 'history', async (reading) => ({
      channelId: reading.channel.id,
      hours: await channelStatistics(reading.query, id, span),
    }));
  }
}
