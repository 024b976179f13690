import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import {
  AppError,
  channelFeed,
  type WireChannel,
  type WireGuild,
  type WireHistoryMessage,
} from '@discord-relay/contracts';
import { canSeeChannel, canSeeGuild, guildScope } from '../access/access-policy.js';
import type { Principal } from '../access/principal.js';
import { feedHeads } from '../read/changes.query.js';
import { findChannel, listChannels } from '../read/channels.query.js';
import { findGuild, listGuilds } from '../read/guilds.query.js';
import { listMessages } from '../read/messages.query.js';
import { ReadModelDatabase } from '../read/read-model.database.js';
import { BearerGuard, CurrentPrincipal } from './bearer.guard.js';
import { HistoryQueryDto, IdParamsDto, NoFieldsDto } from './requests.dto.js';

/** What is there now, read from the projection. */
@Controller('api/v1')
@UseGuards(BearerGuard)
export class ReadModelsController {
  constructor(@Inject(ReadModelDatabase) private readonly database: ReadModelDatabase) {}

  @Get('guilds')
  guilds(@CurrentPrincipal() principal: Principal, @Query() _query: NoFieldsDto): Promise<WireGuild[]> {
    return listGuilds(this.database, guildScope(principal));
  }

  @Get('guilds/:id/channels')
  async channels(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<WireChannel[]> {
    if (!canSeeGuild(principal, id) || !(await findGuild(this.database, id)))
      throw new AppError('GUILD.NOT_FOUND');
    return listChannels(this.database, [id]);
  }

  @Get('channels/:id/messages')
  async messages(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { limit, ...bounds }: HistoryQueryDto,
  ): Promise<{ messages: WireHistoryMessage[]; seq: number }> {
    const channel = await findChannel(this.database, id);
    if (!channel || !canSeeChannel(principal, channel)) throw new AppError('CHANNEL.NOT_FOUND');
    return this.database.snapshot(async (query) => {
      const [seq] = await feedHeads(query, [channelFeed(id)]);
      return { messages: await listMessages(query, id, bounds, limit), seq: seq! };
    });
  }
}
