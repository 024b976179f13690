import { type Change, type GuildEvent, type GuildEventBodies, isGuildEvent } from '../changes.js';
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

/** A fact as streams and webhooks tell it. */
export interface ToldFact {
  /** The channel that it is about; null: it is about the guild. */
  channelId: Snowflake | null;
  type: ToldType;
  payload: object;
}

/** What streams and webhooks tell of a change, in order, before its place in a chain is known. */
export function toldFactsOf(change: Change): ToldFact[] {
  if (isGuildEvent(change)) return [guildFact(change)];
  return [...factsOf(change), ...roomFactsOf(change)].map(({ channelId, fact }) => ({
    channelId,
    type: toldTypeOf(fact),
    payload: fact.payload,
  }));
}

const guildFact = ({ kind, body }: GuildEvent): ToldFact => ({
  channelId: (body as { channelId?: Snowflake | null }).channelId ?? null,
  type: kind,
  payload: body,
});

/**
 * What a stream tells of one change, in order. What belongs to a channel has its place in the channel's chain, as on a
 * socket; of what belongs to the guild each stream sees another part, so its payload has no place yet. Only channels
 * get one later; the `id:` of the other events is their cursor.
 */
export function streamFactsOf(change: Change): ToldFact[] {
  if (!change.feed.startsWith('c:')) return toldFactsOf(change);
  const channelId = change.channelId!;
  return toWireEvents(change).map((each) => ({ channelId, type: toldTypeOf(each), payload: each.payload }));
}

/** The data of every event of a stream, by its name. */
export interface StreamEvents extends GuildEventBodies {
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
