import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { memberWithUserPayload, rolePayload } from '../../payloads/guild-payload.js';
import { userPayload } from '../../payloads/user-payload.js';
import { compareSnowflakes } from '../../state/model/snowflakes.js';
import { World } from '../../state/world.js';
import { WorldError } from '../../state/model/world-error.js';
import { BotGuard } from '../request/bot-guard.js';
import { invalidForm } from '../../http/discord-error.js';
import { limitParam, snowflakeParam, type RawQuery } from '../request/message-query.js';

/** Members, roles and bans of a guild, read only. */
@Controller('api/v10/guilds/:id')
@UseGuards(BotGuard)
export class MembersController {
  constructor(@Inject(World) private readonly world: World) {}

  /** Ordered by user id, above `after`. */
  @Get('members')
  members(@Param('id') id: string, @Query() query: RawQuery) {
    const limit = limitParam(query['limit'], { fallback: 1, max: 1000 });
    const after = query['after'] === undefined ? '0' : snowflakeParam('after', query['after']);
    return this.world.members
      .all(this.guildId(id))
      .filter(({ userId }) => compareSnowflakes(userId, after) > 0)
      .sort((a, b) => compareSnowflakes(a.userId, b.userId))
      .slice(0, limit)
      .map((member) => memberWithUserPayload(this.world, member));
  }

  /** Members whose name or nickname begins with `query`, ignoring case. */
  @Get('members/search')
  search(@Param('id') id: string, @Query() query: RawQuery) {
    const limit = limitParam(query['limit'], { fallback: 1, max: 1000 });
    const prefix = searchParam(query['query']);
    const { members } = this.world;
    return members
      .matching(this.guildId(id), prefix)
      .slice(0, limit)
      .map((member) => memberWithUserPayload(this.world, member));
  }

  @Get('members/:userId')
  member(@Param('id') id: string, @Param('userId') userId: string) {
    const member = this.world.members.get(this.guildId(id), snowflakeParam('user_id', userId));
    return memberWithUserPayload(this.world, member);
  }

  @Get('roles')
  roles(@Param('id') id: string) {
    return this.world.guild(this.guildId(id)).roles.map(rolePayload);
  }

  @Get('bans')
  bans(@Param('id') id: string, @Query() query: RawQuery) {
    const limit = limitParam(query['limit'], { fallback: 1000, max: 1000 });
    return [...this.world.members.bans(this.guildId(id))]
      .sort(([a], [b]) => compareSnowflakes(a, b))
      .slice(0, limit)
      .map(([userId, reason]) => ({ user: userPayload(this.world.user(userId)), reason }));
  }

  @Get('bans/:userId')
  ban(@Param('id') id: string, @Param('userId') userId: string) {
    const user = this.world.user(snowflakeParam('user_id', userId));
    const reason = this.world.members.bans(this.guildId(id)).get(user.id);
    if (reason === undefined) throw new WorldError('UNKNOWN_BAN', `user ${userId} is not banned`);
    return { user: userPayload(user), reason };
  }

  private guildId(id: string): string {
    return this.world.guild(snowflakeParam('guild_id', id)).id;
  }
}

function searchParam(value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= 100) return value;
  throw invalidForm({
    field: 'query',
    code: 'BASE_TYPE_BAD_LENGTH',
    message: 'Must be between 1 and 100 in length.',
  });
}
