import type { WireFact } from './to-wire.js';

/**
 * What streams, REST and webhooks tell, by the names that the log has for it. Sockets have names of their own, which
 * their clients know already.
 */
export const TOLD_TYPES = [
  'message.created',
  'message.updated',
  'message.deleted',
  'reaction.added',
  'reaction.removed',
  'reaction.cleared',
  'channel.updated',
  'channel.deleted',
  'room.created',
  'room.deleted',
  'voice.joined',
  'voice.left',
] as const;
export type ToldType = (typeof TOLD_TYPES)[number];

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
} as const satisfies Record<WireFact['event'], ToldType>;

export function toldTypeOf(fact: WireFact): ToldType {
  if (fact.event === 'channel_update' && fact.payload.deleted) return 'channel.deleted';
  return TYPE_OF[fact.event];
}
