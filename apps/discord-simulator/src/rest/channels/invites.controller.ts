import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { invitePayload } from '../../payloads/invite-payload.js';
import type { InviteRecord } from '../../state/model/records.js';
import { World } from '../../state/world.js';
import { BotGuard } from '../request/bot-guard.js';
import { parseBody } from '../../http/parse-body.js';
import { snowflakeParam } from '../request/message-query.js';

const createBody = z.looseObject({
  max_age: z.int().min(0).max(604_800).default(86_400),
  max_uses: z.int().min(0).max(100).default(0),
  temporary: z.boolean().default(false),
});

/** Invites, created and deleted as the bot. */
@Controller('api/v10')
@UseGuards(BotGuard)
export class InvitesController {
  constructor(@Inject(World) private readonly world: World) {}

  @Get('channels/:channelId/invites')
  ofChannel(@Param('channelId') channelId: string) {
    const { id } = this.world.channel(snowflakeParam('channel_id', channelId));
    return this.payloads((invite) => invite.channelId === id);
  }

  @Get('guilds/:guildId/invites')
  ofGuild(@Param('guildId') guildId: string) {
    const { id } = this.world.guild(snowflakeParam('guild_id', guildId));
    return this.payloads((invite) => invite.guildId === id);
  }

  @Post('channels/:channelId/invites')
  @HttpCode(200)
  create(@Param('channelId') channelId: string, @Body() body: unknown) {
    const { max_age: maxAgeS, max_uses: maxUses, temporary } = parseBody(createBody, body);
    const place = { channelId: snowflakeParam('channel_id', channelId), inviterId: this.world.bot.id };
    const invite = this.world.invites.create({ ...place, maxAgeS, maxUses, temporary });
    return invitePayload(this.world, invite);
  }

  @Get('invites/:code')
  one(@Param('code') code: string) {
    return invitePayload(this.world, this.world.invites.get(code));
  }

  @Delete('invites/:code')
  @HttpCode(200)
  delete(@Param('code') code: string) {
    return invitePayload(this.world, this.world.invites.delete(code));
  }

  private payloads(isSelected: (invite: InviteRecord) => boolean) {
    const selected = this.world.invites.all().filter(isSelected);
    return selected.map((invite) => invitePayload(this.world, invite));
  }
}
