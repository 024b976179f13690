import { type Change, type GuildEvent, type GuildEventBodies, isGuildEvent } from './changes.js';
import type { Snowflake } from '../snowflake.js';
import { factsOf, roomFactsOf, toWireEvents } from './to-wire.js';
import { type PublicEventType, publicEventTypeOf } from './public-event-types.js';
import type {
  ChannelUpdateBody,
  MessageBody,
  MessagesBulk,
  MessageUpdateBody,
  Positioned,
  RoomsList,
  SnapshotReason,
  WireMessageDelete,
} from '../wire/wire-events.js';
import type { Unsubscribed } from '../wire/wire-notices.js';
import type { QueueEntry } from '../wire/wire-queue.js';
import type { WireError } from '../wire/wire-requests.js';
import type { ReactionBody, ReactionClearBody } from '../wire/wire-reactions.js';
import type { RoomCreatedBody, RoomDeletedBody, VoiceJoinedBody, WireVoiceLeft } from '../wire/wire-rooms.js';

/**
 * The stream continues after a cursor that it cannot resume from. The events between `after` and `seq` are not sent; with
 * `channelId`, only those of that channel, whose history the user may not read. Snapshots of the requested channels follow.
 */
export interface StreamGap {
  guildId: Snowflake;
  channelId?: Snowflake;
  reason: SnapshotReason;
  /** The requested cursor; null if the stream was already open. */
  after: number | null;
  seq: number;
}

/** A stream of all guilds sends no more events of this guild, because the caller may no longer see it. */
export interface GuildGone {
  guildId: Snowflake;
  code: string;
}

/** A fact as streams and webhooks send it. */
export interface PublicEvent {
  /** The channel that it belongs to; null: it belongs to the guild. */
  channelId: Snowflake | null;
  type: PublicEventType;
  payload: object;
}

/** What streams and webhooks send for a change, in order, before its position in a chain is known. */
export function publicEventsOf(change: Change): PublicEvent[] {
  if (isGuildEvent(change)) return [guildFact(change)];
  return [...factsOf(change), ...roomFactsOf(change)].map(({ channelId, fact }) => ({
    channelId,
    type: publicEventTypeOf(fact),
    payload: fact.payload,
  }));
}

const guildFact = ({ kind, body }: GuildEvent): PublicEvent => ({
  channelId: (body as { channelId?: Snowflake | null }).channelId ?? null,
  type: kind,
  payload: body,
});

/**
 * The events that a stream sends for one change, in order. A channel's facts have their position in the channel's
 * chain, as on a socket. Facts of a guild have no position here, because each stream may show different ones: channel
 * events get it when they are written, and for the others the `id:` is the cursor.
 */
export function streamEventsOf(change: Change): PublicEvent[] {
  if (!change.feed.startsWith('c:')) return publicEventsOf(change);
  const channelId = change.channelId!;
  return toWireEvents(change).map((each) => ({
    channelId,
    type: publicEventTypeOf(each),
    payload: each.payload,
  }));
}

/** The data of every event of a stream, by event name. */
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
  /** An entry of the support queue as it is now: without an `id:`, and again after a resume. */
  'queue.updated': QueueEntry;
  /** First, unless the stream resumes from a cursor: one for each channel that was requested by id. */
  snapshot: MessagesBulk;
  /** First, unless the stream resumes from a cursor, when rooms or voice were requested. */
  rooms_list: RoomsList;
  gap: StreamGap;
  unsubscribed: Unsubscribed | GuildGone;
  /** The last event of a stream that cannot continue. */
  error: WireError;
}
