import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { type AccessExplanation, AppError } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { requireAdmin } from '../guards/require-admin.js';
import { CONFIG, type GatewayApiConfig } from '../../config.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Id } from '../../validation/fields.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { findChannel } from '../../read/channels.query.js';
import { ReadModelDatabase } from '../../database/read-model.database.js';
import { explain } from '../../access/explain.js';
import { loadGuildAccess } from '../../read/access/load-guild-access.js';
import { isInScope, type Principal } from '../../access/principal.js';

export class ExplainQueryDto {
  @Id('A Discord user.')
  user!: string;

  @Id('A channel, a room or a thread.')
  channel!: string;
}

/** Explains why a user may or may not read a channel; for admins. */
@Controller('api/v1/access')
@AuthenticatedApi('Access')
export class ExplainController {
  constructor(
    @Inject(ReadModelDatabase) private readonly database: ReadModelDatabase,
    @Inject(CONFIG) private readonly config: GatewayApiConfig,
  ) {}

  @Get('explain')
  @Header('Cache-Control', 'no-store')
  @Answers('AccessExplanation', 'What a Discord user may do in a channel, and the rules that decide it.')
  async explain(
    @CurrentPrincipal() principal: Principal,
    @Query() { user, channel: channelId }: ExplainQueryDto,
  ): Promise<AccessExplanation> {
    requireAdmin(principal);
    return this.database.snapshot(async (query) => {
      const channel = await findChannel(query, channelId);
      if (!channel || !isInScope(principal, channel.guildId)) throw new AppError('CHANNEL.NOT_FOUND');
      const access = await loadGuildAccess(query, channel.guildId, {
        userIds: [user],
        publicChannels: this.config.PUBLIC_CHANNELS,
        channelIds: [channelId],
      });
      return explain(access, { id: user, role: 'viewer', expiresAtMs: Infinity }, channelId, wallClockMs());
    });
  }
}
