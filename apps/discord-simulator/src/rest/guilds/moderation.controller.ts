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
import { z } from 'zod';
import { DiscordError } from '../../http/discord-error.js';
import { parseBody } from '../../http/parse-body.js';
import { snowflakeField } from '../../json/parse-json.js';
import { memberWithUserPayload, rolePayload } from '../../payloads/guild-payload.js';
import type { MemberRecord } from '../../state/model/records.js';
import type { ModeratorAction } from '../../state/people/audit-log.js';
import { World } from '../../state/world.js';
import { BotGuard } from '../request/bot-guard.js';
import { parseMemberPatch, parseRole } from './member-body.js';
import { snowflakeParam } from '../request/message-query.js';

const deletion = z.int().min(0).max(604_800).nullish();
const banBody = z.looseObject({ delete_message_seconds: deletion });
const bulkBanBody = z.looseObject({
  user_ids: z.array(snowflakeField).min(1).max(200),
  delete_message_seconds: deletion,
});

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
  update(@Param() target: Target, @Body() body: unknown, @Headers('x-audit-log-reason') reason?: string) {
    const { guildId, userId } = this.memberOf(target);
    const { patch, channelId } = parseMemberPatch(body);
    if (channelId === null) this.world.voice.leave(guildId, userId);
    else if (channelId !== undefined) this.world.voice.enter(channelId, userId);
    if (Object.keys(patch).length > 0) this.world.members.update(guildId, userId, patch);
    if (patch.timedOutUntilMs !== undefined)
      this.world.audit.timedOut(guildId, this.action(userId, reason), patch.timedOutUntilMs);
    return memberWithUserPayload(this.world, this.world.members.get(guildId, userId));
  }

  @Delete('members/:userId')
  @HttpCode(204)
  kick(@Param() target: Target, @Headers('x-audit-log-reason') reason?: string): void {
    const { guildId, userId } = this.memberOf(target);
    this.world.members.leave(guildId, userId);
    this.world.audit.kicked(guildId, this.action(userId, reason));
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
  ban(
    @Param() { id, userId }: Target,
    @Body() body: unknown,
    @Headers('x-audit-log-reason') reason?: string,
  ): void {
    const { delete_message_seconds: seconds } = parseBody(banBody, body ?? {});
    this.banOne(this.guildId(id), snowflakeParam('user_id', userId), { seconds, reason });
  }

  /** Users who do not exist or are banned already are reported as failed. */
  @Post('bulk-ban')
  @HttpCode(200)
  bulkBan(@Param() { id }: Target, @Body() body: unknown, @Headers('x-audit-log-reason') reason?: string) {
    const guildId = this.guildId(id);
    const { user_ids: userIds, delete_message_seconds: seconds } = parseBody(bulkBanBody, body);
    const banned = userIds.filter(
      (userId) => this.world.users.has(userId) && !this.world.members.bans(guildId).has(userId),
    );
    if (banned.length === 0) throw new DiscordError(400, 500_000, 'Failed to ban users');
    for (const userId of banned) this.banOne(guildId, userId, { seconds, reason });
    return { banned_users: banned, failed_users: userIds.filter((userId) => !banned.includes(userId)) };
  }

  @Delete('bans/:userId')
  @HttpCode(204)
  unban(@Param() { id, userId }: Target, @Headers('x-audit-log-reason') reason?: string): void {
    const guildId = this.guildId(id);
    const user = snowflakeParam('user_id', userId);
    this.world.members.unban(guildId, user);
    this.world.audit.unbanned(guildId, this.action(user, reason));
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

  private banOne(
    guildId: string,
    userId: string,
    { seconds, reason }: { seconds: number | null | undefined; reason: string | undefined },
  ): void {
    const action = this.action(userId, reason);
    this.world.members.ban(guildId, userId, action.reason);
    this.world.audit.banned(guildId, action);
    if (seconds) this.world.messages.deleteBy(guildId, userId, seconds * 1000);
  }

  private action(targetId: string, reason: string | undefined): ModeratorAction {
    return {
      byId: this.world.bot.id,
      targetId,
      reason: reason === undefined ? null : decodeURIComponent(reason),
    };
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
