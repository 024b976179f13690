import type { JsonObject } from '../events/json.js';
import type { UserState } from '../events/member-events.js';
import type {
  AttachmentState,
  MessageMentions,
  MessageReference,
  PollAnswer,
  StickerItem,
} from '../events/message-events.js';
import type { Snowflake } from '../snowflake.js';
import type { MessageExtras } from './message-extras.js';
import type { MessagesBulk, SnapshotReason, WireAuthor, WireHistoryMessage } from './wire-events.js';
import type { WireEvent } from './to-wire.js';

/** How many reacted with an emoji; `emoji` is its characters, or the id of a guild's own. */
export interface RestReactionCount {
  emoji: string;
  /** Of both kinds. */
  count: number;
  /** Super reactions among them. */
  burstCount: number;
}

/** `votes` null: nobody knows how many there are. */
export type RestPollAnswer = PollAnswer & { votes: number | null };

export interface RestPoll {
  question: string | null;
  answers: RestPollAnswer[];
  /** ISO 8601. */
  expiresAt: string | null;
  multiselect: boolean;
  /** Discord has counted the votes exactly. */
  finalized: boolean;
}

/** A message with everything that is known of it; null stands for "not known". */
export type RestMessage = Omit<WireHistoryMessage, 'author' | keyof MessageExtras> & {
  author: WireAuthor & Partial<Pick<UserState, 'globalName' | 'avatar' | 'bot'>>;
  /** Discord's message type number. */
  type: number | null;
  flags: number | null;
  pinned: boolean | null;
  webhookId: Snowflake | null;
  attachments: AttachmentState[];
  embeds: JsonObject[];
  components: JsonObject[];
  stickers: StickerItem[];
  mentions: MessageMentions | null;
  reference: MessageReference | null;
  poll: RestPoll | null;
  reactions: RestReactionCount[];
  /** How often its content was replaced. */
  revision: number;
};

/** `GET /api/v1/channels/:id/messages`; `seq` is the cursor at which live delivery goes on. */
export interface RestMessagePage {
  /** Oldest first. */
  messages: RestMessage[];
  seq: number;
}

/** What a message said from `editedAt` on, or since it was created where that is null. */
export interface RestRevision {
  /** 0: the first content that was seen. */
  revision: number;
  content: string | null;
  /** ISO 8601. */
  editedAt: string | null;
  /** The event that brought this content. */
  seq: number;
}

export interface RestReaction {
  emoji: string;
  userId: Snowflake;
  /** A super reaction. */
  burst: boolean;
}

/** `next`: what to pass as `after` for the next page; null: there is none. */
export interface RestReactionPage {
  reactions: RestReaction[];
  next: string | null;
}

/** Newest first. `next`: what to pass as `before` for the next page; null: there is none. */
export interface RestSearchPage {
  messages: RestMessage[];
  next: Snowflake | null;
}

/**
 * `GET /api/v1/channels/:id/events`: all that happened after the cursor, page by page without a hole, or a snapshot and
 * the reason, as when a socket joins with a cursor. `next` is the cursor of the next request; `more`: there is more now.
 */
export type RestEventPage =
  | { events: WireEvent[]; next: string; more: boolean }
  | { snapshot: MessagesBulk; reason: SnapshotReason; next: string };
