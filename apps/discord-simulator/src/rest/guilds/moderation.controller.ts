import {
  Body,
  Controller,
  Delete,
  Headers,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Put,
  UseGuards,
} from '@nestjs/common';
import { memberWithUserPayload, rolePayload } from '../../payloads/guild-payload.js';
import type { MemberRecord } from '../../state/model/records.js';
import { World } from '../../state/world.js';
import { BotGuard } from '../request/bot-guard.js';
import { parseMemberPatch, parseRole } from './member-body.js';
import { snowflakeParam } from '../request/message-query.js';

interface Target {
  id: string;
  userId: string;
  roleId: string;
}

/** Members, roles and bans, changed as the bot. */
@Controller('api/v10/guilds/:id')
@UseGuards(BotGuard)
export class ModerationController {
  constructor(@Inject(World) private readonly world: World) {}

  @Patch('members/:userId')
  update(@Param() target: Target, @Body() body: unknown) {
    const { guildId, userId } = this.memberOf(target);
    const { patch, channelId } = parseMemberPatch(body);
    if (channelId === null) this.world.voice.leave(guildId, userId);
    else if (channelId !== undefined) this.world.voice.enter(channelId, userId);
    if (Object.keys(patch).length > 0) this.world.members.update(guildId, userId, patch);
    return memberWithUserPayload(this.world, this.world.members.get(guildId, userId));
  }

  @Delete('members/:userId')
  @HttpCode(204)
  kick(@Param() target: Target): void {
    const { guildId, userId } = this.memberOf(target);
    this.world.members.leave(guildId, userId);
  }

  @Put('members/:userId/roles/:roleId')
  @HttpCode(204)
  giveRole(@Param() target: Target): void {
    const { guildId, userId, roleIds } = this.memberOf(target);
    const roleId = this.roleOf(target);
    if (!roleIds.includes(roleId))
      this.world.members.update(guildId, userId, { roleIds: [...roleIds, roleId] });
  }

  @Delete('members/:userId/roles/:roleId')
  @HttpCode(204)
  takeRole(@Param() target: Target): void {
    const { guildId, userId, roleIds } = this.memberOf(target);
    const roleId = this.roleOf(target);
    if (roleIds.includes(roleId))
      this.world.members.update(guildId, userId, { roleIds: roleIds.filter((id) => id !== roleId) });
  }

  @Put('bans/:userId')
  @HttpCode(204)
  ban(@Param() { id, userId }: Target, @Headers('x-audit-log-reason') reason?: string): void {
    const guildId = this.guildId(id);
    const said = reason === undefined ? null : decodeURIComponent(reason);
    this.world.members.ban(guildId, snowflakeParam('user_id', userId), said);
  }

  @Delete('bans/:userId')
  @HttpCode(204)
  unban(@Param() { id, userId }: Target): void {
    this.world.members.unban(this.guildId(id), snowflakeParam('user_id', userId));
  }

  @Post('roles')
  @HttpCode(200)
  createRole(@Param() { id }: Target, @Body() body: unknown) {
    return rolePayload(this.world.roles.create(this.guildId(id), parseRole(body)));
  }

  @Patch('roles/:roleId')
  updateRole(@Param() target: Target, @Body() body: unknown) {
    const role = this.world.roles.update(this.guildId(target.id), this.roleOf(target), parseRole(body));
    return rolePayload(role);
  }

  @Delete('roles/:roleId')
  @HttpCode(204)
  deleteRole(@Param() target: Target): void {
    this.world.roles.delete(this.guildId(target.id), this.roleOf(target));
  }

  private memberOf({ id, userId }: Target): MemberRecord {
    const user = userId === '@me' ? this.world.bot.id : snowflakeParam('user_id', userId);
    return this.world.members.get(this.guildId(id), user);
  }

  private roleOf({ roleId }: Target): string {
    return snowflakeParam('role_id', roleId);
  }

  private guildId(id: string): string {
    return this.world.guild(snowflakeParam('guild_id', id)).id;
  }
}
