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
import { guildPayload, guildWithCountsPayload, myGuildPayload } from '../payloads/guild-payload.js';
import { threadPayload, threadWithOwnMember } from '../payloads/thread-payload.js';
import { ownUserPayload } from '../payloads/user-payload.js';
import { compareSnowflakes } from '../state/snowflakes.js';
import { World } from '../state/world.js';
import { BotGuard } from './bot-guard.js';
import { requireView } from './channel-access.js';
import { parseThreadPatch } from './thread-body.js';
import { limitParam, snowflakeParam, type RawQuery } from './message-query.js';

/** The bot, its guilds and their channels. */
@Controller('api/v10')
@UseGuards(BotGuard)
export class GuildsController {
  constructor(@Inject(World) private readonly world: World) {}

  @Get('users/@me')
  me() {
    return ownUserPayload(this.world.bot);
  }

  @Get('users/@me/guilds')
  myGuilds(@Query() query: RawQuery) {
    const limit = limitParam(query['limit'], { fallback: 200, max: 200 });
    const { before, after } = query;
    const ascending = [...this.world.guilds.values()].sort((a, b) => compareSnowflakes(a.id, b.id));
    if (before !== undefined) {
      const end = snowflakeParam('before', before);
      const older = ascending.filter((guild) => compareSnowflakes(guild.id, end) < 0);
      return older.slice(-limit).map((guild) => myGuildPayload(this.world, guild));
    }
    const start = after === undefined ? '0' : snowflakeParam('after', after);
    const newer = ascending.filter((guild) => compareSnowflakes(guild.id, start) > 0);
    return newer.slice(0, limit).map((guild) => myGuildPayload(this.world, guild));
  }

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
