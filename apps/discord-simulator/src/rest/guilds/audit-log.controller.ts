import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { auditEntryPayload } from '../../payloads/audit-payload.js';
import { userPayload } from '../../payloads/user-payload.js';
import { compareSnowflakes } from '../../state/model/snowflakes.js';
import { World } from '../../state/world.js';
import { BotGuard } from '../request/bot-guard.js';
import { limitParam, snowflakeParam, type RawQuery } from '../request/message-query.js';

@Controller('api/v10/guilds/:id/audit-logs')
@UseGuards(BotGuard)
export class AuditLogController {
  constructor(@Inject(World) private readonly world: World) {}

  /** Newest first, or above `after` oldest first; by `user_id`, `target_id` and `action_type`. */
  @Get()
  entries(@Param('id') id: string, @Query() query: RawQuery) {
    const guild = this.world.guild(snowflakeParam('guild_id', id));
    const limit = limitParam(query['limit'], { fallback: 50, max: 100 });
    const given = (name: string) =>
      query[name] === undefined ? undefined : snowflakeParam(name, query[name]);
    const [after, before] = [given('after'), given('before')];
    const [byId, targetId, action] = [given('user_id'), given('target_id'), query['action_type']];
    const matching = this.world.audit
      .of(guild.id)
      .filter((each) => byId === undefined || each.byId === byId)
      .filter((each) => targetId === undefined || each.targetId === targetId)
      .filter((each) => action === undefined || String(each.actionType) === action)
      .filter((each) => after === undefined || compareSnowflakes(each.id, after) > 0)
      .filter((each) => before === undefined || compareSnowflakes(each.id, before) < 0);
    const page = (after === undefined ? matching.toReversed() : matching).slice(0, limit);
    const userIds = new Set(page.flatMap((each) => [each.byId, each.targetId]));
    return {
      audit_log_entries: page.map(auditEntryPayload),
      users: [...userIds].map((userId) => userPayload(this.world.user(userId))),
      ...NOTHING_ELSE,
    };
  }
}

const NOTHING_ELSE = {
  integrations: [],
  webhooks: [],
  guild_scheduled_events: [],
  threads: [],
  application_commands: [],
  auto_moderation_rules: [],
};
