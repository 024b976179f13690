import type {
  AuditLogEntry,
  AutomodAction,
  AutomodRuleState,
  IntegrationState,
  InviteState,
  Snowflake,
} from '@discord-relay/contracts';
import { inGuild, type Fact, type NormalizeResult, type Origin } from '../events/normalize-result.js';
import {
  boolean,
  id as anId,
  integer,
  isFields,
  isId,
  list,
  text,
  timestamp,
  valueOf,
  wholeList,
  type Fields,
  type Read,
  type ReadTally,
} from '../fields/read-fields.js';
import {
  nullableKey,
  readOne,
  readState,
  optionalKey,
  keyWithDefault,
  nestedFields,
  type Shape,
} from '../fields/read-state.js';

type Reader = (origin: Origin, fields: Fields) => NormalizeResult;

const INVITE: Shape<Omit<InviteState, 'code' | 'guildId' | 'channelId' | 'inviterId'>> = {
  createdAt: nullableKey('created_at', timestamp),
  expiresAt: nullableKey('expires_at', timestamp),
  maxUses: optionalKey('max_uses', integer),
  uses: optionalKey('uses', integer),
  temporary: optionalKey('temporary', boolean),
};

/** INVITE_CREATE */
export const inviteCreated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => {
    const { channel_id: channelId } = fields;
    const code = valueOf(text(), fields.code, tally);
    if (!isId(channelId) || code === undefined) return undefined;
    const inviterId = readOne(optionalKey('id', anId), nestedFields(fields, 'inviter', tally), tally);
    const state = readState(INVITE, fields, tally);
    const data = { ...state, ...(inviterId && { inviterId }), code, guildId, channelId };
    return { type: 'invite.created', guildId, channelId, data };
  });

/** INVITE_DELETE */
export const inviteDeleted: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => {
    const { channel_id: channelId } = fields;
    const code = valueOf(text(), fields.code, tally);
    if (!isId(channelId) || code === undefined) return undefined;
    return { type: 'invite.deleted', guildId, channelId, data: { code, guildId, channelId } };
  });

/** WEBHOOKS_UPDATE */
export const webhooksUpdated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => {
    const { channel_id: channelId } = fields;
    if (!isId(channelId)) return undefined;
    return { type: 'webhooks.updated', guildId, channelId, data: { guildId, channelId } };
  });

/** INTEGRATION_CREATE */
export const integrationCreated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => integrationFact('integration.created', fields, guildId, tally));

/** INTEGRATION_UPDATE */
export const integrationUpdated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => integrationFact('integration.updated', fields, guildId, tally));

/** INTEGRATION_DELETE */
export const integrationDeleted: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => deletedFact('integration.deleted', fields, guildId));

/** AUTO_MODERATION_RULE_CREATE */
export const ruleCreated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => ruleFact('automod.rule_created', fields, guildId, tally));

/** AUTO_MODERATION_RULE_UPDATE */
export const ruleUpdated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => ruleFact('automod.rule_updated', fields, guildId, tally));

/** AUTO_MODERATION_RULE_DELETE */
export const ruleDeleted: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => deletedFact('automod.rule_deleted', fields, guildId));

const ACTION: Shape<Omit<AutomodAction, 'guildId' | 'ruleId' | 'userId' | 'actionType'>> = {
  channelId: nullableKey('channel_id', anId),
  messageId: nullableKey('message_id', anId),
  alertMessageId: nullableKey('alert_system_message_id', anId),
  triggerType: optionalKey('rule_trigger_type', integer),
};

/** AUTO_MODERATION_ACTION_EXECUTION: without the content, which was blocked or has its own event. */
export const ruleExecuted: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => {
    const { rule_id: ruleId, user_id: userId } = fields;
    if (!isId(ruleId) || !isId(userId)) return undefined;
    const actionType = readOne(optionalKey('type', integer), nestedFields(fields, 'action', tally), tally);
    const state = readState(ACTION, fields, tally);
    const { channelId } = state;
    const data = { ...state, ...(actionType !== undefined && { actionType }), guildId, ruleId, userId };
    return { type: 'automod.action_executed', guildId, ...(channelId && { channelId }), data };
  });

const MAX_CHANGED_KEYS = 100;

const changedKey: Read<string> = (value, tally) =>
  isFields(value) ? valueOf(text(), value.key, tally) : undefined;

type OptionKeys = 'channelId' | 'count' | 'ruleName';
type ChangeKeys = 'timedOutUntil' | 'addedRoleIds' | 'removedRoleIds';

const AUDIT_LOG_ENTRY: Shape<Omit<AuditLogEntry, 'id' | 'guildId' | 'actionType' | OptionKeys | ChangeKeys>> =
  {
    userId: nullableKey('user_id', anId),
    targetId: nullableKey('target_id', anId),
    reason: nullableKey('reason', text()),
    changedKeys: optionalKey('changes', list(changedKey, MAX_CHANGED_KEYS)),
  };

/** Discord sends every option as text. */
const count: Read<number> = (value, tally) =>
  typeof value === 'string' && /^\d{1,10}$/.test(value) ? valueOf(integer, Number(value), tally) : undefined;

const OPTIONS: Shape<Pick<AuditLogEntry, OptionKeys>> = {
  channelId: optionalKey('channel_id', anId),
  count: optionalKey('count', count),
  ruleName: optionalKey('auto_moderation_rule_name', text()),
};
const MEMBERS_REMOVED = optionalKey('members_removed', count);

function readOptions(entry: Fields, tally: ReadTally): Partial<AuditLogEntry> {
  const options = nestedFields(entry, 'options', tally);
  const removed = readOne(MEMBERS_REMOVED, options, tally);
  return { ...(removed !== undefined && { count: removed }), ...readState(OPTIONS, options, tally) };
}

const roleId: Read<Snowflake> = (value, tally) =>
  isFields(value) ? valueOf(anId, value.id, tally) : undefined;

/** The values of changes whose author no other event contains. */
function readChanges({ changes }: Fields, tally: ReadTally): Partial<AuditLogEntry> {
  if (!Array.isArray(changes)) return {};
  const changeOf = (key: string) =>
    changes.find((each): each is Fields => isFields(each) && each.key === key);
  const timeout = changeOf('communication_disabled_until');
  const [added, removed] = [changeOf('$add'), changeOf('$remove')];
  const roles = optionalKey('new_value', list(roleId));
  return known({
    // Discord omits the new value if the timeout was removed.
    timedOutUntil: timeout && readOne(keyWithDefault('new_value', timestamp, null), timeout, tally),
    addedRoleIds: added && readOne(roles, added, tally),
    removedRoleIds: removed && readOne(roles, removed, tally),
  });
}

const known = (entry: Partial<AuditLogEntry>): Partial<AuditLogEntry> =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));

/** GUILD_AUDIT_LOG_ENTRY_CREATE */
export const auditLogged: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => {
    const actionType = valueOf(integer, fields.action_type, tally);
    if (!isId(fields.id) || actionType === undefined) return undefined;
    const data = {
      ...readState(AUDIT_LOG_ENTRY, fields, tally),
      ...readChanges(fields, tally),
      ...readOptions(fields, tally),
      ...{ id: fields.id, guildId, actionType },
    };
    return { type: 'audit_log.entry_created', guildId, data };
  });

function deletedFact(
  type: 'integration.deleted' | 'automod.rule_deleted',
  { id }: Fields,
  guildId: Snowflake,
): Fact | undefined {
  return isId(id) ? { type, guildId, data: { id, guildId } } : undefined;
}

const INTEGRATION: Shape<Omit<IntegrationState, 'id' | 'guildId' | 'applicationId'>> = {
  name: optionalKey('name', text()),
  kind: optionalKey('type', text()),
  enabled: optionalKey('enabled', boolean),
};

function integrationFact(
  type: 'integration.created' | 'integration.updated',
  fields: Fields,
  guildId: Snowflake,
  tally: ReadTally,
): Fact | undefined {
  if (!isId(fields.id)) return undefined;
  const applicationId = readOne(optionalKey('id', anId), nestedFields(fields, 'application', tally), tally);
  const state = readState(INTEGRATION, fields, tally);
  const data = { ...state, ...(applicationId && { applicationId }), id: fields.id, guildId };
  return { type, guildId, data };
}

const actionType: Read<number> = (value, tally) =>
  isFields(value) ? valueOf(integer, value.type, tally) : undefined;

const RULE: Shape<Omit<AutomodRuleState, 'id' | 'guildId'>> = {
  name: optionalKey('name', text()),
  creatorId: nullableKey('creator_id', anId),
  enabled: optionalKey('enabled', boolean),
  eventType: optionalKey('event_type', integer),
  triggerType: optionalKey('trigger_type', integer),
  actionTypes: optionalKey('actions', list(actionType)),
  exemptRoleIds: optionalKey('exempt_roles', wholeList(anId)),
  exemptChannelIds: optionalKey('exempt_channels', wholeList(anId)),
};

function ruleFact(
  type: 'automod.rule_created' | 'automod.rule_updated',
  fields: Fields,
  guildId: Snowflake,
  tally: ReadTally,
): Fact | undefined {
  if (!isId(fields.id)) return undefined;
  return { type, guildId, data: { ...readState(RULE, fields, tally), id: fields.id, guildId } };
}
