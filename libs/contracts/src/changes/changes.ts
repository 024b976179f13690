import type { Snowflake } from '../snowflake.js';
import type { WithAccess } from './access.js';
import type {
  ChannelUpdateBody,
  MessageBody,
  MessageDeleteBody,
  MessageUpdateBody,
} from '../wire/wire-events.js';
import type { ModerationEntry } from '../wire/wire-moderation.js';
import type { ReactionBody, ReactionClearBody } from '../wire/wire-reactions.js';
import type { RoomDetails, VoiceJoinedBody, VoiceLeftBody, VoiceMovedBody } from '../wire/wire-rooms.js';

/**
 * The current state of a channel, a room or a thread; `room` only for rooms. `type` is Discord's number; on the wire it is a
 * name.
 */
export type ChannelChangeBody = Omit<ChannelUpdateBody, 'type' | 'discordType'> & {
  type: number;
  room?: RoomDetails;
};

/** The differences that Discord's list of a guild's contents revealed; on the wire each is a separate event. */
export interface GuildListedBody {
  channels: ChannelChangeBody[];
  /** Users who are no longer in any room. */
  left: VoiceLeftBody[];
}

/**
 * What changed in a read model, as clients see it; `kind` determines the body. An event makes at most one change. What the
 * event changes about access is in the same body and never leaves the gateway.
 */
export type ChangeBody =
  | { kind: 'message'; body: MessageBody }
  | { kind: 'message_update'; body: MessageUpdateBody }
  | { kind: 'message_delete'; body: MessageDeleteBody }
  | { kind: 'reaction_add'; body: ReactionBody }
  | { kind: 'reaction_remove'; body: ReactionBody }
  | { kind: 'reaction_clear'; body: ReactionClearBody }
  | { kind: 'channel_update'; body: WithAccess<ChannelChangeBody> }
  | { kind: 'guild_listed'; body: WithAccess<GuildListedBody> }
  | { kind: 'voice_joined'; body: VoiceJoinedBody }
  | { kind: 'voice_moved'; body: VoiceMovedBody }
  | { kind: 'voice_left'; body: VoiceLeftBody }
  | GuildEvent
  /** A change of access alone: it shows nothing new, but a client may lose access to something. */
  | { kind: 'access'; body: Required<WithAccess<object>> };

export type ChangeKind = ChangeBody['kind'];

/**
 * The bodies, by kind, of changes that have no socket event. Streams and webhooks send the body unchanged, with the kind as the
 * event type.
 */
export interface GuildEventBodies {
  'moderation.recorded': ModerationEntry;
}

/** The right that each kind requires. */
export const GUILD_EVENTS: Readonly<Record<keyof GuildEventBodies, 'audit_log'>> = {
  'moderation.recorded': 'audit_log',
};

export type GuildEvent = {
  [Kind in keyof GuildEventBodies]: { kind: Kind; body: GuildEventBodies[Kind] };
}[keyof GuildEventBodies];

/**
 * A feed is one ordered chain that a client follows: the messages and reactions of a channel, or what belongs to a guild as a
 * whole (its channels, its rooms with their users, and what decides access). The prefix is necessary because a guild's first
 * channel may have the guild's id.
 */
export type FeedKey = `c:${string}` | `g:${string}`;
export const channelFeed = (channelId: string): FeedKey => `c:${channelId}`;
export const guildFeed = (guildId: string): FeedKey => `g:${guildId}`;

/** Key of the newest change of a feed, or of the whole guild, by which gateways detect holes. */
export type HeadKey = FeedKey | `a:${string}`;
export const guildHead = (guildId: string): HeadKey => `a:${guildId}`;

/** One committed change: a row of `changes`, and the body of the NATS message that announces it. */
export type Change = ChangeBody & {
  guildId: Snowflake;
  /** null: the change belongs to the guild's feed. */
  channelId: Snowflake | null;
  feed: FeedKey;
  /** Stream sequence of the event that caused it: the cursor. */
  seq: number;
  /** Sequence of the previous change of the same feed; 0 for the first. */
  prev: number;
  /** Sequence of the previous change of the whole guild; 0 for the first. Gateways detect holes by it. */
  guildPrev: number;
  /**
   * Only in changes of access, to measure how long they take to apply. Milliseconds since the Unix epoch: when the ingestor
   * received the event, or when the change was committed if it was read from the database.
   */
  sinceMs?: number;
};

/** Whether the change has no socket event: streams and webhooks send its body unchanged. */
export const isGuildEvent = (change: Change): change is Change & GuildEvent =>
  Object.hasOwn(GUILD_EVENTS, change.kind);

/** The newest committed change of a guild. */
export interface GuildPosition {
  guildId: Snowflake;
  seq: number;
}
