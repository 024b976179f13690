import { Controller, Get, Headers, Inject, Param, Query } from '@nestjs/common';
import { Gateway } from '../gateway/gateway.js';
import { Authorizations } from '../oauth/authorizations.js';
import { memberWithUserPayload, myGuildPayload } from '../payloads/guild-payload.js';
import { ownUserPayload } from '../payloads/user-payload.js';
import type { GuildRecord, UserRecord } from '../state/model/records.js';
import { compareSnowflakes } from '../state/model/snowflakes.js';
import { World } from '../state/world.js';
import { WorldError } from '../state/model/world-error.js';
import { missingScope, unauthorized } from '../http/discord-error.js';
import { limitParam, snowflakeParam, type RawQuery } from './request/message-query.js';
import { epochMs } from '../state/model/world-types.js';

/** The caller: the bot, or the user of a `Bearer` token. */
@Controller('api/v10/users/@me')
export class UsersController {
  constructor(
    @Inject(World) private readonly world: World,
    @Inject(Gateway) private readonly gateway: Gateway,
    @Inject(Authorizations) private readonly authorizations: Authorizations,
  ) {}

  @Get()
  me(@Headers('authorization') authorization: string | undefined) {
    return ownUserPayload(this.callerOf(authorization, 'identify'));
  }

  @Get('guilds')
  guilds(@Headers('authorization') authorization: string | undefined, @Query() query: RawQuery) {
    const { id } = this.callerOf(authorization, 'guilds');
    const all = [...this.world.guilds.values()].filter((guild) => this.world.members.find(guild.id, id));
    const isCounted = query['with_counts'] === 'true';
    return page(all, query).map((guild) => myGuildPayload(this.world, guild, id, isCounted));
  }

  @Get('guilds/:guildId/member')
  member(@Headers('authorization') authorization: string | undefined, @Param('guildId') guildId: string) {
    const { id } = this.callerOf(authorization, 'guilds.members.read');
    const guild = this.world.guild(snowflakeParam('guild_id', guildId));
    const member = this.world.members.find(guild.id, id);
    if (!member) throw new WorldError('UNKNOWN_GUILD', `user ${id} is not in guild ${guild.id}`);
    return memberWithUserPayload(this.world, member);
  }

  /** @throws DiscordError 401, or 403 when the token lacks the scope. */
  private callerOf(authorization: string | undefined, scope: string): UserRecord {
    if (authorization?.startsWith('Bearer ')) {
      const grant = this.authorizations.find(authorization.slice('Bearer '.length), epochMs());
      if (!grant) throw unauthorized();
      if (!grant.scopes.has(scope)) throw missingScope();
      return this.world.user(grant.userId);
    }
    const isBot = authorization?.startsWith('Bot ') && this.gateway.handshake.accepts(authorization);
    if (!isBot) throw unauthorized();
    return this.world.bot;
  }
}

function page(guilds: GuildRecord[], { before, after, limit: requestedLimit }: RawQuery): GuildRecord[] {
  const limit = limitParam(requestedLimit, { fallback: 200, max: 200 });
  const ascending = guilds.sort((a, b) => compareSnowflakes(a.id, b.id));
  if (before !== undefined) {
    const end = snowflakeParam('before', before);
    return ascending.filter((guild) => compareSnowflakes(guild.id, end) < 0).slice(-limit);
  }
  const start = after === undefined ? '0' : snowflakeParam('after', after);
  return ascending.filter((guild) => compareSnowflakes(guild.id, start) > 0).slice(0, limit);
}
