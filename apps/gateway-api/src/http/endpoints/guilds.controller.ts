import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import {
  AppError,
  guildFeed,
  type RestChannel,
  type RestGapPage,
  type RestGuildStatistics,
  type RestRooms,
  type RestScheduledEvent,
  type WireGuild,
} from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { feedHeads } from '../../read/changes.query.js';
import { listChannelRows } from '../../read/channels.query.js';
import { listGaps } from '../../read/gaps.query.js';
import { newestMessageIds } from '../../read/messages/newest-messages.query.js';
import { listRooms } from '../../read/rooms.query.js';
import { listScheduledEvents } from '../../read/scheduled-events.query.js';
import { hoursOfChannels, sumsOfChannels } from '../../read/statistics.query.js';
import { guildAsOf, tellAsOf, withoutHidden } from '../as-of/as-of-context.js';
import { LogMoments } from '../as-of/log-moments.js';
import { channelsAsOf, roomsAsOf, toRestChannel, withNewestMessages } from '../as-of/places-as-of.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { AuthorizedReader } from './authorized-reader.js';
import { AsOfQueryDto, GapsQueryDto, IdParamsDto, SpanQueryDto, spanOf } from './requests.dto.js';
import { NoFieldsDto } from '../../validation/fields.js';

/** Guilds and what belongs to them as a whole, limited to what the caller may see. */
@Controller('api/v1/guilds')
@AuthenticatedApi('Servers')
export class GuildsController {
  constructor(
    @Inject(AuthorizedReader) private readonly reading: AuthorizedReader,
    @Inject(LogMoments) private readonly moments: LogMoments,
  ) {}

  @Get()
  @Answers('Guild[]', 'Guilds that you may see, by name.')
  async guilds(
    @CurrentPrincipal() principal: Principal,
    @Query() { asOf }: AsOfQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WireGuild[]> {
    const moment = await this.moments.findAsOf(asOf);
    if (!moment) return this.reading.guilds(principal);
    const { seq } = moment;
    if (seq === null) throw new AppError('REQUEST.INVALID', 'asOf is a time that the log has no longer');
    response.setHeader('Relay-As-Of', String(seq));
    return this.reading.guildsAsOf(principal, seq);
  }

  @Get(':id/channels')
  @Answers('Channel[]', 'Channels, categories, rooms and active threads, in Discord’s display order.')
  async channels(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { asOf }: AsOfQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RestChannel[]> {
    const moment = await this.moments.findAsOf(asOf);
    return this.reading.inGuild(principal, id, async (reading) => {
      if (moment) {
        const found = await guildAsOf(reading, id, moment);
        tellAsOf(response, found.asOf);
        return withNewestMessages(reading, await channelsAsOf(reading, id, found.point), found.point);
      }
      const { query, loadRights } = reading;
      const rows = await listChannelRows(query, [id]);
      const { rights } = await loadRights(rows.map((row) => row.id));
      const seen = rows.filter((row) => rights(row.id).see);
      const newest = await newestMessageIds(
        query,
        seen.map((row) => row.id).filter((channelId) => rights(channelId).history),
      );
      return seen.map((row) => ({ ...toRestChannel(row, rights), ...newest.get(row.id) }));
    });
  }

  @Get(':id/rooms')
  @Answers('Rooms', 'Voice and stage channels with their users and join times.')
  async rooms(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { asOf }: AsOfQueryDto,
  ): Promise<RestRooms> {
    const moment = await this.moments.findAsOf(asOf);
    return this.reading.inGuild(principal, id, async (reading) => {
      const { query, loadRights } = reading;
      const [seq] = await feedHeads(query, [guildFeed(id)]);
      if (moment) {
        const found = await guildAsOf(reading, id, moment);
        return { rooms: await roomsAsOf(reading, id, found.point), seq: seq!, asOf: found.asOf };
      }
      const rooms = await listRooms(query, id);
      const { rights } = await loadRights(rooms.map(({ channelId }) => channelId));
      return { rooms: rooms.filter(({ channelId }) => rights(channelId).see), seq: seq! };
    });
  }

  @Get(':id/scheduled-events')
  @Answers(
    'ScheduledEvent[]',
    'Announced events that are not over, next first, in channels that you may see or elsewhere.',
  )
  scheduledEvents(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<RestScheduledEvent[]> {
    return this.reading.inGuild(principal, id, async ({ query, loadRights }) => {
      const events = await listScheduledEvents(query, id);
      const { rights } = await loadRights(events.flatMap(({ channelId }) => channelId ?? []));
      return events.filter(({ channelId }) => channelId === null || rights(channelId).see);
    });
  }

  @Get(':id/gaps')
  @Answers('GapPage', 'Gaps in the received events, newest first, with what could not be recovered.')
  gaps(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { before, limit, from, to }: GapsQueryDto,
  ): Promise<RestGapPage> {
    return this.reading.inGuild(principal, id, async ({ query, loadRights }) => {
      const seq = before === undefined ? undefined : Number(before);
      const page = await listGaps(query, id, { before: seq, from, to, limit });
      return { ...page, gaps: await withoutHidden(page.gaps, loadRights) };
    });
  }

  @Get(':id/statistics')
  @Answers(
    'GuildStatistics',
    'Counts of each channel over a time, busiest first, and of all by hour; never by person.',
  )
  statistics(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() query: SpanQueryDto,
  ): Promise<RestGuildStatistics> {
    const span = spanOf(query);
    return this.reading.inGuild(principal, id, async (reading) => {
      const { rights, visibleChannels: visible } = await reading.loadRights();
      const channelIds = visible().filter((channelId) => rights(channelId).history);
      const channels = await sumsOfChannels(reading.query, channelIds, span);
      return { guildId: id, channels, hours: await hoursOfChannels(reading.query, channelIds, span) };
    });
  }
}
