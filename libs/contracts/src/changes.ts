import type { Snowflake } from './snowflake.js';
import type { WithAccess } from './access.js';
import type {
  ChannelUpdateBody,
  MessageBody,
  MessageDeleteBody,
  MessageUpdateBody,
} from './wire/wire-events.js';
import type { ModerationEntry } from './wire/wire-moderation.js';
import type { ReactionBody, ReactionClearBody } from './wire/wire-reactions.js';
import type { RoomDetails, VoiceJoinedBody, VoiceLeftBody, VoiceMovedBody } from './wire/wire-rooms.js';

/**
 * A channel, a room or a thread as it is now; `room` of rooms only. `type` is Discord's number: on the wire it has a name.
 */
export type ChannelChangeBody = Omit<ChannelUpdateBody, 'type' | 'discordType'> & {
  type: number;
  room?: RoomDetails;
};

/** What was not as before when Discord listed what a guild has; on the wire each is an event of its own. */
export interface GuildListedBody {
  channels: ChannelChangeBody[];
  /** Who is in no room any more. */
  left: VoiceLeftBody[];
}

/**
 * What changed in a read model, as clients will see it; `kind` decides the body. One event makes one at most: what it
 * changes of who may see what stands in the same body, and never leaves the gateway.
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
  /** Nothing to see, but perhaps something to see no longer. */
  | { kind: 'access'; body: Required<WithAccess<object>> };

export type ChangeKind = ChangeBody['kind'];

/**
 * The bodies of changes that have no socket event, by kind. Streams and webhooks tell the body as it is, with the kind as
 * the type of the event.
 */
export interface GuildEventBodies {
  'moderation.recorded': ModerationEntry;
}

/** The right that each of them needs. */
export const GUILD_EVENTS: Readonly<Record<keyof GuildEventBodies, 'audit_log'>> = {
  'moderation.recorded': 'audit_log',
};

export type GuildEvent = {
  [Kind in keyof GuildEventBodies]: { kind: Kind; body: GuildEventBodies[Kind] };
}[keyof GuildEventBodies];

/**
 * A feed is one ordered chain that a client follows: the messages of a channel with their reactions, or what belongs to
 * a guild as a whole: its channels, its rooms with who is in them, and what decides who may see what. The prefix is
 * needed: a guild's first channel may have the guild's id.
 */
export type FeedKey = `c:${string}` | `g:${string}`;
export const channelFeed = (channelId: string): FeedKey => `c:${channelId}`;
export const guildFeed = (guildId: string): FeedKey => `g:${guildId}`;

/** Key of the newest change: of a feed, or of everything in a guild, which gateways find holes by. */
export type HeadKey = FeedKey | `a:${string}`;
export const guildHead = (guildId: string): HeadKey => `a:${guildId}`;

/** One committed change: a row of `changes`, and the body of the NATS message that announces it. */
export type Change = ChangeBody & {
  guildId: Snowflake;
  /** null when the change belongs to the guild's feed. */
  channelId: Snowflake | null;
  feed: FeedKey;
  /** Stream sequence of the event that caused it: the cursor. */
  seq: number;
  /** Sequence of the change before it in the same feed; 0 for the first. */
  prev: number;
  /** Sequence of the change before it in the whole guild; 0 for the first. Gateways find holes by it. */
  guildPrev: number;
  /**
   * Only where it changes who may see what, so that it is known how long that takes: when the ingestor received it, since
   * the Unix epoch; of one that is read from the database, when it was committed.
   */
  sinceMs?: number;
};

export const isGuildEvent = (change: Change): change is Change & GuildEvent =>
  Object.hasOwn(GUILD_EVENTS, change.kind);

/** The newest committed change of a guild. */
export interface GuildPosition {
  guildId: Snowflake;
  seq: number;
}
