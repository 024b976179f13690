import type { ChannelEvents } from './channel-events.js';
import type { EphemeralEvents } from './ephemeral-events.js';
import type { GapEvents } from './gap-events.js';
import type { GuildAffairsEvents } from './guild-affairs-events.js';
import type { GuildEvents } from './guild-events.js';
import type { JsonObject } from './field-types.js';
import type { ImportEvents } from './import-events.js';
import type { MemberEvents } from './member-events.js';
import type { MessageEvents } from './message-events.js';
import type { ReactionEvents } from './reaction-events.js';
import type { VoiceEvents } from './voice-events.js';

/** Event type -> its data. An event's name is in the past tense. A new event needs an entry here, in normalize and in fold. */
export interface EventDataByType
  extends
    GuildEvents,
    GuildAffairsEvents,
    ChannelEvents,
    MemberEvents,
    VoiceEvents,
    MessageEvents,
    ReactionEvents,
    GapEvents,
    ImportEvents,
    EphemeralEvents {
  /** A dispatch that this version does not know, recorded unchanged; only if the operator enables it. */
  'discord.raw': { t: string; payload: JsonObject };
}

export type EventType = keyof EventDataByType;

/** The version that is written now. Incrementing a version requires a step from the previous one in `upcasters.ts`. */
export const EVENT_VERSIONS = {
  'guild.synced': 1,
  'guild.updated': 1,
  'guild.unavailable': 1,
  'guild.left': 1,
  'role.synced': 1,
  'role.created': 1,
  'role.updated': 1,
  'role.deleted': 1,
  'emoji.synced': 1,
  'sticker.synced': 1,
  'invite.created': 1,
  'invite.deleted': 1,
  'webhooks.updated': 1,
  'scheduled_event.synced': 1,
  'scheduled_event.created': 1,
  'scheduled_event.updated': 1,
  'scheduled_event.deleted': 1,
  'scheduled_event.user_added': 1,
  'scheduled_event.user_removed': 1,
  'stage.synced': 1,
  'stage.created': 1,
  'stage.updated': 1,
  'stage.deleted': 1,
  'integration.created': 1,
  'integration.updated': 1,
  'integration.deleted': 1,
  'automod.rule_created': 1,
  'automod.rule_updated': 1,
  'automod.rule_deleted': 1,
  'automod.action_executed': 1,
  'soundboard.sound_created': 1,
  'soundboard.sound_updated': 1,
  'soundboard.sound_deleted': 1,
  'soundboard.synced': 1,
  'audit_log.entry_created': 1,
  'channel.synced': 1,
  'channel.created': 1,
  'channel.updated': 1,
  'channel.deleted': 1,
  'channel.pins_updated': 1,
  'channel.imported': 1,
  'room.synced': 1,
  'room.created': 1,
  'room.updated': 1,
  'room.deleted': 1,
  'room.status_updated': 1,
  'thread.synced': 1,
  'thread.created': 1,
  'thread.updated': 1,
  'thread.deleted': 1,
  'thread.list_synced': 1,
  'thread.member_updated': 1,
  'thread.members_updated': 1,
  'member.joined': 1,
  'member.updated': 1,
  'member.synced': 1,
  'member.range_listed': 1,
  'member.left': 1,
  'ban.added': 1,
  'ban.removed': 1,
  'voice.joined': 1,
  'voice.moved': 1,
  'voice.updated': 1,
  'voice.left': 1,
  'message.created': 2,
  'message.updated': 2,
  'message.deleted': 1,
  'message.bulk_deleted': 1,
  'message.imported': 1,
  'import.completed': 1,
  'poll.vote_added': 1,
  'poll.vote_removed': 1,
  'reaction.added': 1,
  'reaction.removed': 1,
  'reaction.cleared': 1,
  'reaction.counted': 1,
  'gap.opened': 1,
  'gap.closed': 1,
  'presence.updated': 1,
  'typing.started': 1,
  'discord.raw': 1,
} as const satisfies Readonly<Record<EventType, number>>;

export const isEventType = (value: unknown): value is EventType =>
  typeof value === 'string' && Object.hasOwn(EVENT_VERSIONS, value);

const EPHEMERAL_TYPES: ReadonlySet<EventType> = new Set<keyof EphemeralEvents>([
  'presence.updated',
  'typing.started',
]);

/** Whether events of the type belong in the short-lived stream and never in the log. */
export const isEphemeral = (type: EventType): boolean => EPHEMERAL_TYPES.has(type);
