import { type Change, type ChannelChangeBody, isGuildEvent } from './changes.js';
import type { WithAccess } from './access.js';
import { ROOM_CHANNEL_TYPES } from '../events/channel-events.js';
import type { Snowflake } from '../snowflake.js';
import { channelTypeOf } from '../wire/channel-type.js';
import type {
  ChannelUpdateBody,
  MessageBody,
  MessageUpdateBody,
  Positioned,
  WireMessageDelete,
} from '../wire/wire-events.js';
import type { ReactionBody, ReactionClearBody } from '../wire/wire-reactions.js';
import type {
  RoomCreatedBody,
  RoomDeletedBody,
  VoiceJoinedBody,
  VoiceLeftBody,
  WireVoiceLeft,
} from '../wire/wire-rooms.js';

/** A fact as a socket receives it, before its position in a chain is known. */
export type WireFact =
  | { event: 'message'; payload: MessageBody }
  | { event: 'message_update'; payload: MessageUpdateBody }
  | { event: 'message_delete'; payload: WireMessageDelete }
  | { event: 'reaction_add' | 'reaction_remove'; payload: ReactionBody }
  | { event: 'reaction_clear'; payload: ReactionClearBody }
  | { event: 'channel_update'; payload: ChannelUpdateBody }
  | { event: 'room_created'; payload: RoomCreatedBody }
  | { event: 'room_deleted'; payload: RoomDeletedBody }
  | { event: 'voice_joined'; payload: VoiceJoinedBody }
  | { event: 'voice_left'; payload: WireVoiceLeft };

type Placed<F> = F extends WireFact ? { event: F['event']; payload: F['payload'] & Positioned } : never;
export type WireEvent = Placed<WireFact>;

/** A fact, and the channel that the recipient must be able to see. */
export interface ScopedFact {
  channelId: Snowflake;
  fact: WireFact;
}

/**
 * Gives the facts of one change their position in a chain. Only the last has `seq`; those before it keep `prev`, so a client
 * that is disconnected in between receives all of them again.
 */
export function placed(facts: readonly WireFact[], seq: number, prev: number): WireEvent[] {
  return facts.map(
    ({ event, payload }, i) =>
      ({ event, payload: { ...payload, seq: i === facts.length - 1 ? seq : prev, prev } }) as WireEvent,
  );
}

/** The socket events of a change on its own feed, in order. */
export function toWireEvents(change: Change): WireEvent[] {
  const facts = factsOf(change).map(({ fact }) => fact);
  return placed(facts, change.seq, change.prev);
}

/** The facts for subscribers of a channel's messages, or of a guild's channels. */
export function factsOf(change: Change): ScopedFact[] {
  if (isGuildEvent(change)) return [];
  switch (change.kind) {
    case 'message':
      return [
        {
          channelId: change.body.channelId,
          fact: { event: 'message', payload: completeMessage(change.body) },
        },
      ];
    case 'message_update':
    case 'reaction_add':
    case 'reaction_remove':
    case 'reaction_clear':
      return [
        { channelId: change.body.channelId, fact: { event: change.kind, payload: change.body } as WireFact },
      ];
    case 'channel_update':
      return [channelFact(change.body)];
    case 'message_delete': {
      const { ids, channelId, serverId } = change.body;
      return ids.map((id) => ({
        channelId,
        fact: { event: 'message_delete', payload: { id, channelId, serverId } },
      }));
    }
    case 'guild_listed':
      return change.body.channels.map(channelFact);
    case 'voice_joined':
    case 'voice_moved':
    case 'voice_left':
    case 'access':
      return [];
    default:
      return change satisfies never;
  }
}

/** A change that an earlier version wrote lacks the fields that were added since; changes are kept for a day. */
const completeMessage = (body: MessageBody): MessageBody => ({
  ...{ editedTimestamp: null, pinned: null, revision: 0 },
  ...body,
});

/** The facts for subscribers of a guild's rooms. A deleted room has no users: no `left` is sent for it. */
export function roomFactsOf(change: Change): ScopedFact[] {
  switch (change.kind) {
    case 'channel_update':
      return roomUpdateOf(change.body);
    case 'guild_listed':
      return [...change.body.left.flatMap(left), ...change.body.channels.flatMap(roomUpdateOf)];
    case 'voice_joined':
      return [joined(change.body)];
    case 'voice_moved': {
      const { fromChannelId: _from, ...arrival } = change.body;
      return [...left(change.body), joined(arrival)];
    }
    case 'voice_left':
      return left(change.body);
    default:
      return [];
  }
}

/** Whether Discord's channel type is that of a voice or stage channel. */
export const isRoom = (type: number | null): boolean => type !== null && ROOM_CHANNEL_TYPES.has(type);

function channelFact({
  access: _access,
  room: _room,
  type: discordType,
  ...rest
}: WithAccess<ChannelChangeBody>): ScopedFact {
  const payload = { ...rest, type: channelTypeOf(discordType), discordType };
  return { channelId: payload.id, fact: { event: 'channel_update', payload } };
}

function roomUpdateOf(body: ChannelChangeBody): ScopedFact[] {
  const { id: channelId, serverId: guildId, type, name, deleted, room } = body;
  if (!isRoom(type)) return [];
  if (deleted) return [{ channelId, fact: { event: 'room_deleted', payload: { guildId, channelId } } }];
  if (!room?.created) return [];
  const parent = room.parentId === null ? {} : { parentId: room.parentId };
  const payload = { guildId, channelId, name, ...parent, userLimit: room.userLimit ?? 0 };
  return [{ channelId, fact: { event: 'room_created', payload } }];
}

const joined = (payload: VoiceJoinedBody): ScopedFact => ({
  channelId: payload.channelId,
  fact: { event: 'voice_joined', payload },
});

/** If the room that the user left is not known, no client was informed that they were in it. */
function left({ guildId, fromChannelId: channelId, userId }: VoiceLeftBody): ScopedFact[] {
  if (channelId === null) return [];
  return [{ channelId, fact: { event: 'voice_left', payload: { guildId, channelId: null, userId } } }];
}
