import { Body, Controller, Get, Inject, Param, Patch, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { snowflakeField } from '../../json/parse-json.js';
import { guildPayload, guildWithCountsPayload } from '../../payloads/guild-payload.js';
import { World } from '../../state/world.js';
import { BotGuard } from '../request/bot-guard.js';
import { parseBody } from '../../http/parse-body.js';
import { snowflakeParam } from '../request/message-query.js';

const patchBody = z.looseObject({
  name: z.string().min(2).max(100).nullish(),
  description: z.string().max(300).nullish(),
  system_channel_id: snowflakeField.nullish(),
});

@Controller('api/v10/guilds/:guildId')
@UseGuards(BotGuard)
export class GuildsController {
  constructor(@Inject(World) private readonly world: World) {}

  @Get()
  guild(@Param('guildId') guildId: string, @Query('with_counts') withCounts?: string) {
    const guild = this.world.guild(snowflakeParam('guild_id', guildId));
    return withCounts === 'true' ? guildWithCountsPayload(this.world, guild) : guildPayload(guild);
  }

  @Patch()
  update(@Param('guildId') guildId: string, @Body() body: unknown) {
    const { name, description, system_channel_id: systemChannelId } = parseBody(patchBody, body);
    const guild = this.world.updateGuild(snowflakeParam('guild_id', guildId), {
      ...(name ? { name } : {}),
      ...(description === undefined ? {} : { description }),
      ...(systemChannelId === undefined ? {} : { systemChannelId }),
    });
    return guildPayload(guild);
  }

  /** Always empty. */
  @Get('emojis')
  emojis(@Param('guildId') guildId: string): object[] {
    this.world.guild(snowflakeParam('guild_id', guildId));
    return [];
  }
}
