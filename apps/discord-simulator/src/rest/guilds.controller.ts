import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Patch,
  Param,
  Query,
  UseGuards,
} from '@nestjs/common';
import { channelPayload } from '../payloads/channel-payload.js';
import { guildPayload, guildWithCountsPayload } from '../payloads/guild-payload.js';
import { threadPayload, threadWithOwnMember } from '../payloads/thread-payload.js';
import { World } from '../state/world.js';
import { BotGuard } from './bot-guard.js';
import { requireView } from './channel-access.js';
import { parseThreadPatch } from './thread-body.js';
import { snowflakeParam } from './message-query.js';

/** Guilds and their channels. */
@Controller('api/v10')
@UseGuards(BotGuard)
export class GuildsController {
  constructor(@Inject(World) private readonly world: World) {}

  @Get('guilds/:guildId')
  guild(@Param('guildId') guildId: string, @Query('with_counts') withCounts?: string) {
    const guild = this.world.guild(snowflakeParam('guild_id', guildId));
    return withCounts === 'true' ? guildWithCountsPayload(this.world, guild) : guildPayload(guild);
  }

  @Get('guilds/:guildId/channels')
  channels(@Param('guildId') guildId: string) {
    const guild = this.world.guild(snowflakeParam('guild_id', guildId));
    return this.world.channelsOf(guild.id).map(channelPayload);
  }

  @Get('channels/:channelId')
  channel(@Param('channelId') channelId: string) {
    const id = snowflakeParam('channel_id', channelId);
    const thread = this.world.threads.find(id);
    requireView(this.world, this.world.place(id));
    return thread ? threadWithOwnMember(this.world, thread) : channelPayload(this.world.channel(id));
  }

  /** Threads alone can be changed here; the control API changes channels. */
  @Patch('channels/:channelId')
  updateThread(@Param('channelId') channelId: string, @Body() body: unknown) {
    const thread = this.world.threads.get(snowflakeParam('channel_id', channelId));
    return threadPayload(this.world, this.world.threads.update(thread.id, parseThreadPatch(body)));
  }

  @Delete('channels/:channelId')
  @HttpCode(200)
  deleteChannel(@Param('channelId') channelId: string) {
    const id = snowflakeParam('channel_id', channelId);
    const thread = this.world.threads.find(id);
    if (!thread) return channelPayload(this.world.deleteChannel(id));
    const payload = threadPayload(this.world, thread);
    this.world.threads.delete(id);
    return payload;
  }
}
