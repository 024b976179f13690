import type { Snowflake } from '../snowflake.js';
import type { Described } from './field-types.js';
import type { WholeSet } from './guild-events.js';

interface Invite {
  code: string;
  guildId: Snowflake;
  channelId: Snowflake;
  inviterId: Snowflake | null;
  createdAt: string | null;
  expiresAt: string | null;
  /** 0: unlimited. */
  maxUses: number;
  uses: number;
  /** Members who joined with this invite are removed when they disconnect, unless they were given a role. */
  temporary: boolean;
}

export type InviteState = Described<Invite, 'code' | 'guildId' | 'channelId'>;

interface ScheduledEvent {
  id: Snowflake;
  guildId: Snowflake;
  channelId: Snowflake | null;
  creatorId: Snowflake | null;
  name: string;
  description: string | null;
  startsAt: string | null;
  endsAt: string | null;
  /** Discord's number: scheduled, active, completed or cancelled. */
  status: number;
  /** Discord's number: stage, voice or external. */
  entityType: number;
  location: string | null;
}

export type ScheduledEventState = Described<ScheduledEvent, 'id' | 'guildId'>;

interface ScheduledEventUser {
  scheduledEventId: Snowflake;
  guildId: Snowflake;
  userId: Snowflake;
}

interface Stage {
  id: Snowflake;
  guildId: Snowflake;
  channelId: Snowflake;
  topic: string;
  scheduledEventId: Snowflake | null;
}

export type StageState = Described<Stage, 'id' | 'guildId' | 'channelId'>;

interface Integration {
  id: Snowflake;
  guildId: Snowflake;
  name: string;
  /** Discord's name: `twitch`, `youtube`, `discord`, `guild_subscription`. */
  kind: string;
  enabled: boolean;
  applicationId: Snowflake | null;
}

export type IntegrationState = Described<Integration, 'id' | 'guildId'>;

interface AutomodRule {
  id: Snowflake;
  guildId: Snowflake;
  name: string;
  creatorId: Snowflake | null;
  enabled: boolean;
  /** Discord's numbers. */
  eventType: number;
  triggerType: number;
  actionTypes: number[];
  exemptRoleIds: Snowflake[];
  exemptChannelIds: Snowflake[];
}

export type AutomodRuleState = Described<AutomodRule, 'id' | 'guildId'>;

/** What AutoMod did. Ids only, because the content was blocked. */
interface Action {
  guildId: Snowflake;
  ruleId: Snowflake;
  userId: Snowflake;
  channelId: Snowflake | null;
  messageId: Snowflake | null;
  alertMessageId: Snowflake | null;
  actionType: number | null;
  triggerType: number;
}

export type AutomodAction = Described<Action, 'guildId' | 'ruleId' | 'userId'>;

interface Sound {
  id: Snowflake;
  guildId: Snowflake;
  name: string;
  volume: number;
  emojiId: Snowflake | null;
  emojiName: string | null;
  available: boolean;
}

export type SoundState = Described<Sound, 'id' | 'guildId'>;

interface Entry {
  id: Snowflake;
  guildId: Snowflake;
  /** The user who acted, and the id of the object that was changed. */
  userId: Snowflake | null;
  targetId: Snowflake | null;
  /** Discord's action type number. */
  actionType: number;
  reason: string | null;
  /** The properties that changed. Except for the two below, their values are in the events of the changed objects. */
  changedKeys: string[];
  /** The end of a timeout; null: the timeout was removed. */
  timedOutUntil: string | null;
  /** Roles that a member was given, and roles that a member lost. */
  addedRoleIds: Snowflake[];
  removedRoleIds: Snowflake[];
  /** The channel in which the action took place. */
  channelId: Snowflake;
  /** Number of deleted messages or removed members. */
  count: number;
  /** Name of the AutoMod rule that acted. */
  ruleName: string;
}

export type AuditLogEntry = Described<Entry, 'id' | 'guildId' | 'actionType'>;

/** What moderators and administrators set up in a guild, and what AutoMod does there. */
export interface GuildAffairsEvents {
  'invite.created': InviteState;
  'invite.deleted': { code: string; guildId: Snowflake; channelId: Snowflake };
  'webhooks.updated': { guildId: Snowflake; channelId: Snowflake };
  'scheduled_event.synced': ScheduledEventState;
  'scheduled_event.created': ScheduledEventState;
  'scheduled_event.updated': ScheduledEventState;
  'scheduled_event.deleted': { id: Snowflake; guildId: Snowflake };
  'scheduled_event.user_added': ScheduledEventUser;
  'scheduled_event.user_removed': ScheduledEventUser;
  'stage.synced': StageState;
  'stage.created': StageState;
  'stage.updated': StageState;
  'stage.deleted': { id: Snowflake; guildId: Snowflake; channelId: Snowflake };
  'integration.created': IntegrationState;
  'integration.updated': IntegrationState;
  'integration.deleted': { id: Snowflake; guildId: Snowflake };
  'automod.rule_created': AutomodRuleState;
  'automod.rule_updated': AutomodRuleState;
  'automod.rule_deleted': { id: Snowflake; guildId: Snowflake };
  'automod.action_executed': AutomodAction;
  'soundboard.sound_created': SoundState;
  'soundboard.sound_updated': SoundState;
  'soundboard.sound_deleted': { id: Snowflake; guildId: Snowflake };
  'soundboard.synced': WholeSet<SoundState>;
  'audit_log.entry_created': AuditLogEntry;
}
