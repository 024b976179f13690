import { Body, Controller, Delete, HttpCode, Inject, Param, Patch, Post, Put } from '@nestjs/common';
import { jsonDispatch } from '../../gateway/dispatches/dispatch.js';
import { Gateway } from '../../gateway/gateway.js';
import { typingDispatch } from '../../gateway/dispatches/people-dispatch.js';
import { World } from '../../state/world.js';
import { byUser, memberPatch, newBan, presence, rolePatch, voiceEntry } from '../bodies/people-bodies.js';

/** Members, roles, bans, voice states, and presence and typing, which are not stored. */
@Controller('_sim')
export class SimPeopleController {
  constructor(
    @Inject(World) private readonly world: World,
    @Inject(Gateway) private readonly gateway: Gateway,
  ) {}

  @Put('guilds/:id/members/:userId')
  join(@Param('id') id: string, @Param('userId') userId: string, @Body() body: unknown) {
    return this.world.members.join(id, userId, memberPatch.parse(body ?? {}));
  }

  @Post('guilds/:id/boosts')
  @HttpCode(200)
  boost(@Param('id') id: string, @Body() body: unknown) {
    const { userId } = byUser.parse(body);
    this.world.system.boosted(id, userId);
    return { userId };
  }

  @Patch('guilds/:id/members/:userId')
  updateMember(@Param('id') id: string, @Param('userId') userId: string, @Body() body: unknown) {
    return this.world.members.update(id, userId, memberPatch.parse(body));
  }

  @Delete('guilds/:id/members/:userId')
  @HttpCode(200)
  leave(@Param('id') id: string, @Param('userId') userId: string) {
    this.world.members.leave(id, userId);
    return { id: userId };
  }

  @Put('guilds/:id/bans/:userId')
  ban(@Param('id') id: string, @Param('userId') userId: string, @Body() body: unknown) {
    const { reason, moderatorId: byId } = newBan.parse(body ?? {});
    this.world.members.ban(id, userId, reason);
    if (byId !== undefined) this.world.audit.banned(id, { byId, targetId: userId, reason });
    return { id: userId, reason };
  }

  @Delete('guilds/:id/bans/:userId')
  @HttpCode(200)
  unban(@Param('id') id: string, @Param('userId') userId: string) {
    this.world.members.unban(id, userId);
    return { id: userId };
  }

  @Post('guilds/:id/roles')
  createRole(@Param('id') id: string, @Body() body: unknown) {
    return this.world.roles.create(id, rolePatch.parse(body));
  }

  @Patch('guilds/:id/roles/:roleId')
  updateRole(@Param('id') id: string, @Param('roleId') roleId: string, @Body() body: unknown) {
    return this.world.roles.update(id, roleId, rolePatch.parse(body));
  }

  @Delete('guilds/:id/roles/:roleId')
  @HttpCode(200)
  deleteRole(@Param('id') id: string, @Param('roleId') roleId: string) {
    this.world.roles.delete(id, roleId);
    return { id: roleId };
  }

  /** Joins the voice channel, moves there, or changes flags. */
  @Post('channels/:id/voice')
  @HttpCode(200)
  enterVoice(@Param('id') id: string, @Body() body: unknown) {
    const { userId, ...flags } = voiceEntry.parse(body);
    return this.world.voice.enter(id, userId, flags);
  }

  @Delete('guilds/:id/voice/:userId')
  @HttpCode(200)
  leaveVoice(@Param('id') id: string, @Param('userId') userId: string) {
    return { left: this.world.voice.leave(id, userId) };
  }

  /** TYPING_START, which is not a fact. */
  @Post('channels/:id/typing')
  @HttpCode(200)
  type(@Param('id') id: string, @Body() body: unknown) {
    const { userId } = byUser.parse(body);
    const place = this.world.channelOrThread(id);
    const dispatch = typingDispatch(this.world, place, userId);
    if (this.gateway.visibility.sees(place)) this.gateway.publish(dispatch);
    return { userId };
  }

  /** PRESENCE_UPDATE, which is not a fact. */
  @Post('guilds/:id/presence')
  @HttpCode(200)
  appear(@Param('id') guildId: string, @Body() body: unknown) {
    const { userId, status } = presence.parse(body);
    const { id } = this.world.user(this.world.members.get(guildId, userId).userId);
    const client_status = status === 'offline' ? {} : { desktop: status };
    const d = { user: { id }, guild_id: guildId, status, activities: [], client_status };
    this.gateway.publish(jsonDispatch('PRESENCE_UPDATE', guildId, d));
    return { userId, status };
  }
}
