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
import { listRooms } from '../../read/rooms.query.js';
import { listScheduledEvents } from '../../read/scheduled-events.query.js';
import { guildAsOf, tellAsOf } from '../as-of/as-of-context.js';
import { LogMoments } from '../as-of/log-moments.js';
import { channelsAsOf, roomsAsOf, withNewestMessages } from '../as-of/places-as-of.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { AuthorizedReader } from './authorized-reader.js';
import { channelsOf, GuildReads } from './guild-reads.js';
import { AsOfQueryDto, GapsQueryDto, IdParamsDto, SpanQueryDto } from './requests.dto.js';
import { NoFieldsDto } from '../../validation/fields.js';

/** Guilds and what belongs to them as a whole, limited to what the caller may see. */
@Controller('api/v1/guilds')
@AuthenticatedApi('Servers')
export class GuildsController {
  constructor(
    @Inject(AuthorizedReader) private readonly reading: AuthorizedReader,
    @Inject(GuildReads) private readonly reads: GuildReads,
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
    if (!moment) return this.reads.guilds(principal);
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
      return channelsOf(reading, id);
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
    @Query() query: GapsQueryDto,
  ): Promise<RestGapPage> {
    return this.reads.gaps(principal, id, query);
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
    return this.reads.statistics(principal, id, query);
  }
}
