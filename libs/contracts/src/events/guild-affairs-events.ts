import type { Snowflake } from '../snowflake.js';

export interface InviteState {
  code: string;
  guildId: Snowflake;
  channelId: Snowflake;
  inviterId: Snowflake | null;
  createdAt: string | null;
  expiresAt: string | null;
  /** 0: any number. */
  maxUses: number;
  uses: number;
  /** Members who came by it are removed when they disconnect, unless they were given a role. */
  temporary: boolean;
}

export interface ScheduledEventState {
  id: Snowflake;
  guildId: Snowflake;
  channelId: Snowflake | null;
  creatorId: Snowflake | null;
  name: string;
  description: string | null;
  startsAt: string | null;
  endsAt: string | null;
  /** Discord's number for scheduled, active, completed, cancelled. */
  status: number;
  /** Discord's number for stage, voice, external. */
  entityType: number;
  location: string | null;
}

interface ScheduledEventUser {
  scheduledEventId: Snowflake;
  guildId: Snowflake;
  userId: Snowflake;
}

export interface StageState {
  id: Snowflake;
  guildId: Snowflake;
  channelId: Snowflake;
  topic: string;
  scheduledEventId: Snowflake | null;
}

export interface IntegrationState {
  id: Snowflake;
  guildId: Snowflake;
  name: string;
  /** Discord's word: `twitch`, `youtube`, `discord`, `guild_subscription`. */
  kind: string;
  enabled: boolean;
  applicationId: Snowflake | null;
}

export interface AutomodRuleState {
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

/** What automod did; ids only, because the content was blocked. */
export interface AutomodAction {
  guildId: Snowflake;
  ruleId: Snowflake;
  userId: Snowflake;
  channelId: Snowflake | null;
  messageId: Snowflake | null;
  alertMessageId: Snowflake | null;
  actionType: number | null;
  triggerType: number;
}

export interface SoundState {
  id: Snowflake;
  guildId: Snowflake;
  name: string;
  volume: number;
  emojiId: Snowflake | null;
  emojiName: string | null;
  available: boolean;
}

export interface AuditLogEntry {
  id: Snowflake;
  guildId: Snowflake;
  /** Who did it, and to what. */
  userId: Snowflake | null;
  targetId: Snowflake | null;
  /** Discord's number of the action. */
  actionType: number;
  reason: string | null;
  /** Which properties changed; the values are in the events of the things themselves. */
  changedKeys: string[];
}

/** What happens in a guild apart from talk: what its staff sets up and what watches over it. */
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
  /** All sounds that the guild has now. */
  'soundboard.synced': { guildId: Snowflake; items: SoundState[] };
  'audit_log.entry_created': AuditLogEntry;
}
