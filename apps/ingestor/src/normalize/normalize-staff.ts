import {
  isSnowflake,
  type AuditLogEntry,
  type AutomodRuleState,
  type IntegrationState,
  type InviteState,
  type Snowflake,
} from '@discord-relay/contracts';
import { inGuild, type Fact, type NormalizeResult, type Origin } from './normalize-result.js';
import {
  integerOrNull,
  integerOrZero,
  isFields,
  readIds,
  readList,
  snowflakeOrNull,
  textOrEmpty,
  textOrNull,
  timestampOrNull,
  type Fields,
} from './read-fields.js';

type Reader = (origin: Origin, fields: Fields) => NormalizeResult;

/** INVITE_CREATE */
export const inviteCreated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => {
    const { channel_id: channelId, inviter } = fields;
    if (!isSnowflake(channelId) || typeof fields.code !== 'string') return undefined;
    const data: InviteState = {
      code: textOrEmpty(fields.code),
      guildId,
      channelId,
      inviterId: isFields(inviter) ? snowflakeOrNull(inviter.id) : null,
      createdAt: timestampOrNull(fields.created_at),
      expiresAt: timestampOrNull(fields.expires_at),
      maxUses: integerOrZero(fields.max_uses),
      uses: integerOrZero(fields.uses),
      temporary: fields.temporary === true,
    };
    return { type: 'invite.created', guildId, channelId, data };
  });

/** INVITE_DELETE */
export const inviteDeleted: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => {
    const { channel_id: channelId } = fields;
    if (!isSnowflake(channelId) || typeof fields.code !== 'string') return undefined;
    const code = textOrEmpty(fields.code);
    return { type: 'invite.deleted', guildId, channelId, data: { code, guildId, channelId } };
  });

/** WEBHOOKS_UPDATE */
export const webhooksUpdated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => {
    const { channel_id: channelId } = fields;
    if (!isSnowflake(channelId)) return undefined;
    return { type: 'webhooks.updated', guildId, channelId, data: { guildId, channelId } };
  });

/** INTEGRATION_CREATE */
export const integrationCreated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => integrationFact('integration.created', fields, guildId));

/** INTEGRATION_UPDATE */
export const integrationUpdated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => integrationFact('integration.updated', fields, guildId));

/** INTEGRATION_DELETE */
export const integrationDeleted: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => deletedFact('integration.deleted', fields, guildId));

/** AUTO_MODERATION_RULE_CREATE */
export const ruleCreated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => ruleFact('automod.rule_created', fields, guildId));

/** AUTO_MODERATION_RULE_UPDATE */
export const ruleUpdated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => ruleFact('automod.rule_updated', fields, guildId));

/** AUTO_MODERATION_RULE_DELETE */
export const ruleDeleted: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => deletedFact('automod.rule_deleted', fields, guildId));

/** AUTO_MODERATION_ACTION_EXECUTION: without the content, which was blocked or will have its own event. */
export const ruleExecuted: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => {
    const { rule_id: ruleId, user_id: userId, action } = fields;
    if (!isSnowflake(ruleId) || !isSnowflake(userId)) return undefined;
    const channelId = snowflakeOrNull(fields.channel_id);
    const data = {
      guildId,
      ruleId,
      userId,
      channelId,
      messageId: snowflakeOrNull(fields.message_id),
      alertMessageId: snowflakeOrNull(fields.alert_system_message_id),
      actionType: isFields(action) ? integerOrNull(action.type) : null,
      triggerType: integerOrZero(fields.rule_trigger_type),
    };
    return { type: 'automod.action_executed', guildId, ...(channelId && { channelId }), data };
  });

/** GUILD_AUDIT_LOG_ENTRY_CREATE */
export const auditLogged: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => {
    const actionType = integerOrNull(fields.action_type);
    if (!isSnowflake(fields.id) || actionType === null) return undefined;
    const data: AuditLogEntry = {
      id: fields.id,
      guildId,
      userId: snowflakeOrNull(fields.user_id),
      targetId: snowflakeOrNull(fields.target_id),
      actionType,
      reason: textOrNull(fields.reason),
      changedKeys: readList(fields.changes, readChangedKey, MAX_CHANGED_KEYS).items,
    };
    return { type: 'audit_log.entry_created', guildId, data };
  });

const MAX_CHANGED_KEYS = 100;

const readChangedKey = (value: unknown): string | undefined =>
  isFields(value) && typeof value.key === 'string' ? textOrEmpty(value.key) : undefined;

function deletedFact(
  type: 'integration.deleted' | 'automod.rule_deleted',
  { id }: Fields,
  guildId: Snowflake,
): Fact | undefined {
  return isSnowflake(id) ? { type, guildId, data: { id, guildId } } : undefined;
}

function integrationFact(
  type: 'integration.created' | 'integration.updated',
  fields: Fields,
  guildId: Snowflake,
): Fact | undefined {
  if (!isSnowflake(fields.id)) return undefined;
  const data: IntegrationState = {
    id: fields.id,
    guildId,
    name: textOrEmpty(fields.name),
    kind: textOrEmpty(fields.type),
    enabled: fields.enabled === true,
    applicationId: isFields(fields.application) ? snowflakeOrNull(fields.application.id) : null,
  };
  return { type, guildId, data };
}

function ruleFact(
  type: 'automod.rule_created' | 'automod.rule_updated',
  fields: Fields,
  guildId: Snowflake,
): Fact | undefined {
  if (!isSnowflake(fields.id)) return undefined;
  const data: AutomodRuleState = {
    id: fields.id,
    guildId,
    name: textOrEmpty(fields.name),
    creatorId: snowflakeOrNull(fields.creator_id),
    enabled: fields.enabled === true,
    eventType: integerOrZero(fields.event_type),
    triggerType: integerOrZero(fields.trigger_type),
    actionTypes: readList(fields.actions, readActionType).items,
    exemptRoleIds: readIds(fields.exempt_roles).items,
    exemptChannelIds: readIds(fields.exempt_channels).items,
  };
  return { type, guildId, data };
}

const readActionType = (value: unknown): number | undefined =>
  isFields(value) ? (integerOrNull(value.type) ?? undefined) : undefined;
