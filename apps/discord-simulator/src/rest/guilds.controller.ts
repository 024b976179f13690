import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { channelPayload } from '../payloads/channel-payload.js';
import { guildPayload, guildWithCountsPayload, myGuildPayload } from '../payloads/guild-payload.js';
import { ownUserPayload } from '../payloads/user-payload.js';
import { compareSnowflakes } from '../state/snowflakes.js';
import { World } from '../state/world.js';
import { BotGuard } from './bot-guard.js';
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
    return channelPayload(this.world.channel(snowflakeParam('channel_id', channelId)));
  }
}
