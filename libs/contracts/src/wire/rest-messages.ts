import type { Snowflake } from '../snowflake.js';
import type { WireEvent } from './to-wire.js';
import type { ToldType } from './told-types.js';
import type { MessagesBulk, SnapshotReason, WireHistoryMessage } from './wire-events.js';
import type { WireEmoji } from './wire-reactions.js';

/** A message with everything that is known of it. */
export type RestMessage = WireHistoryMessage & {
  /** null: not known. */
  pinned: boolean | null;
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
  emoji: WireEmoji;
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

/** What happened in a channel: `payload` as on a socket. */
export interface RestEvent {
  event: ToldType;
  payload: WireEvent['payload'];
}

/**
 * `GET /api/v1/channels/:id/events`: all that happened after the cursor, page by page without a hole, or a snapshot and
 * the reason, as when a socket joins with a cursor. `next` is the cursor of the next request; `more`: there is more now.
 */
export type RestEventPage =
  | { events: RestEvent[]; next: string; more: boolean }
  | { snapshot: MessagesBulk; reason: SnapshotReason; next: string };
