import type { Change } from '../changes.js';
import type { Snowflake } from '../snowflake.js';
import { factsOf, roomFactsOf, toWireEvents } from './to-wire.js';
import { type ToldType, toldTypeOf } from './told-types.js';
import type {
  ChannelUpdateBody,
  MessageBody,
  MessagesBulk,
  MessageUpdateBody,
  Positioned,
  RoomsList,
  SnapshotReason,
  Unsubscribed,
  WireError,
  WireMessageDelete,
} from './wire-events.js';
import type { ReactionBody, ReactionClearBody } from './wire-reactions.js';
import type { RoomCreatedBody, RoomDeletedBody, VoiceJoinedBody, WireVoiceLeft } from './wire-rooms.js';

/**
 * The stream starts anew after a cursor that cannot be resumed from: what happened between `after` and `seq` is not told,
 * or not of `channelId` alone, whose past the user may not read. Snapshots follow of the channels that were asked for.
 */
export interface StreamGap {
  guildId: Snowflake;
  channelId?: Snowflake;
  reason: SnapshotReason;
  /** The cursor that was asked for; null when the stream was already open. */
  after: number | null;
  seq: number;
}

/** A stream of all guilds tells nothing more of this one: it may not be seen any more. */
export interface GuildGone {
  guildId: Snowflake;
  code: string;
}

/** One event of a stream before it is written down; `channelId`: the channel that one has to see to be told it. */
export interface StreamFact {
  channelId: Snowflake;
  type: ToldType;
  payload: object;
}

/**
 * What a stream tells of one change, in order. What belongs to a channel has its place in the channel's chain, as on a
 * socket; of what belongs to the guild each stream sees another part, so {@link StreamFact.payload} has no place yet.
 * Rooms and voice never get one: their fields are fixed, and the `id:` of an event is its cursor.
 */
export function streamFactsOf(change: Change): StreamFact[] {
  if (change.feed.startsWith('c:')) {
    const channelId = change.channelId!;
    return toWireEvents(change).map((each) => ({ channelId, type: toldTypeOf(each), payload: each.payload }));
  }
  return [...factsOf(change), ...roomFactsOf(change)].map(({ channelId, fact }) => ({
    channelId,
    type: toldTypeOf(fact),
    payload: fact.payload,
  }));
}

/** The data of every event of a stream, by its name. */
export interface StreamEvents {
  'message.created': MessageBody & Positioned;
  'message.updated': MessageUpdateBody & Positioned;
  'message.deleted': WireMessageDelete & Positioned;
  'reaction.added': ReactionBody & Positioned;
  'reaction.removed': ReactionBody & Positioned;
  'reaction.cleared': ReactionClearBody & Positioned;
  'channel.updated': ChannelUpdateBody & Positioned;
  'channel.deleted': ChannelUpdateBody & Positioned;
  'room.created': RoomCreatedBody;
  'room.deleted': RoomDeletedBody;
  'voice.joined': VoiceJoinedBody;
  'voice.left': WireVoiceLeft;
  /** First, unless the stream goes on after a cursor: one of each channel that was asked for by name. */
  snapshot: MessagesBulk;
  /** First, unless the stream goes on after a cursor, when rooms or voice were asked for. */
  rooms_list: RoomsList;
  gap: StreamGap;
  unsubscribed: Unsubscribed | GuildGone;
  /** The last event of a stream that cannot go on. */
  error: WireError;
}
