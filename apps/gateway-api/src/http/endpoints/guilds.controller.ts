import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import {
  channelOfUnrecoverable,
  guildFeed,
  type RestChannel,
  type RestGapPage,
  type RestGuildStatistics,
  type RestRooms,
  type RestScheduledEvent,
  type Unrecoverable,
  type WireGuild,
} from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { feedHeads } from '../../read/changes.query.js';
import { type ChannelRow, listChannelRows, toWireChannel } from '../../read/channels.query.js';
import { listGaps } from '../../read/gaps.query.js';
import { newestMessageIds } from '../../read/messages/newest-messages.query.js';
import { listRooms } from '../../read/rooms.query.js';
import { listScheduledEvents } from '../../read/scheduled-events.query.js';
import { hoursOfChannels, sumsOfChannels } from '../../read/statistics.query.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { type GuildReadContext, AuthorizedReader, type LoadedRights } from './authorized-reader.js';
import { GapsQueryDto, IdParamsDto, SpanQueryDto, spanOf } from './requests.dto.js';
import { NoFieldsDto } from '../../validation/fields.js';

/** Guilds and what belongs to them as a whole, limited to what the caller may see. */
@Controller('api/v1/guilds')
@AuthenticatedApi('Servers')
export class GuildsController {
  constructor(@Inject(AuthorizedReader) private readonly reading: AuthorizedReader) {}

  @Get()
  @Answers('Guild[]', 'Guilds that you may see, by name.')
  guilds(@CurrentPrincipal() principal: Principal, @Query() _query: NoFieldsDto): Promise<WireGuild[]> {
    return this.reading.guilds(principal);
  }

  @Get(':id/channels')
  @Answers('Channel[]', 'Channels, categories, rooms and active threads, in Discord’s display order.')
  channels(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<RestChannel[]> {
    return this.reading.inGuild(principal, id, async ({ query, loadRights }) => {
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
  rooms(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<RestRooms> {
    return this.reading.inGuild(principal, id, async ({ query, loadRights }) => {
      const [seq] = await feedHeads(query, [guildFeed(id)]);
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
      return withoutHidden(page, loadRights);
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

export const toRestChannel = (row: ChannelRow, rights: LoadedRights['rights']): RestChannel => {
  const { read, history } = rights(row.id);
  return {
    ...toWireChannel(row),
    topic: row.topic,
    position: row.position,
    nsfw: row.nsfw ?? false,
    ...(row.userLimit !== null && { userLimit: row.userLimit }),
    ...(row.locked === true && { locked: true }),
    readable: read,
    history,
  };
};

/** Removes entries about channels that the caller may not see. */
async function withoutHidden(
  page: RestGapPage,
  loadRights: GuildReadContext['loadRights'],
): Promise<RestGapPage> {
  const named = page.gaps.flatMap(({ unrecoverable }) => (unrecoverable ?? []).flatMap(channelIdOf));
  const { rights } = await loadRights(named);
  const isShown = (each: Unrecoverable) => channelIdOf(each).every((id) => rights(id).see);
  const gaps = page.gaps.map((gap) => ({
    ...gap,
    unrecoverable: gap.unrecoverable?.filter(isShown) ?? null,
  }));
  return { ...page, gaps };
}

function channelIdOf(unrecoverable: Unrecoverable): string[] {
  const channelId = channelOfUnrecoverable(unrecoverable);
  return channelId === undefined ? [] : [channelId];
}
