import { GUILD_EVENTS } from './changes.js';
import type { WireFact } from './to-wire.js';

/**
 * The right that an event requires: to read its channel, to see it, to read its history, or to view the guild's audit
 * log.
 */
export type NeededRight = 'read' | 'see' | 'history' | 'audit_log';

const NEEDED_RIGHTS = {
  'message.created': 'read',
  'message.updated': 'read',
  'message.deleted': 'read',
  'reaction.added': 'read',
  'reaction.removed': 'read',
  'reaction.cleared': 'read',
  'channel.updated': 'see',
  'channel.deleted': 'see',
  'room.created': 'see',
  'room.deleted': 'see',
  'voice.joined': 'see',
  'voice.left': 'see',
  'queue.updated': 'history',
  ...GUILD_EVENTS,
} as const satisfies Record<string, NeededRight>;

/** The event types of streams, REST and webhooks. Sockets keep the event names that their clients already know. */
export type PublicEventType = keyof typeof NEEDED_RIGHTS;
export const PUBLIC_EVENT_TYPES = Object.keys(NEEDED_RIGHTS) as PublicEventType[];

/** The right that a recipient of these events needs. */
export const neededRight = (type: PublicEventType): NeededRight => NEEDED_RIGHTS[type];

const TYPE_OF = {
  message: 'message.created',
  message_update: 'message.updated',
  message_delete: 'message.deleted',
  reaction_add: 'reaction.added',
  reaction_remove: 'reaction.removed',
  reaction_clear: 'reaction.cleared',
  channel_update: 'channel.updated',
  room_created: 'room.created',
  room_deleted: 'room.deleted',
  voice_joined: 'voice.joined',
  voice_left: 'voice.left',
} as const satisfies Record<WireFact['event'], PublicEventType>;

/** The event type of a fact. A `channel_update` that reports a deletion has a type of its own. */
export function publicEventTypeOf(fact: WireFact): PublicEventType {
  if (fact.event === 'channel_update' && fact.payload.deleted) return 'channel.deleted';
  return TYPE_OF[fact.event];
}
