import type { Cursor, IsoTime, Seq } from '../formats.js';
import type { Snowflake } from '../snowflake.js';
import type { WireEvent } from '../changes/to-wire.js';
import type { PublicEventType } from '../changes/public-event-types.js';
import type { MessagesBulk, SnapshotReason, WireHistoryMessage } from '../wire/wire-events.js';
import type { WireEmoji } from '../wire/wire-reactions.js';
import type { RestAsOf, RestMessagesAsOf } from './rest-as-of.js';

/** `GET /api/v1/channels/:id/messages`; live delivery continues at the cursor `seq`. */
export interface RestMessagePage {
  /** Oldest first. */
  messages: WireHistoryMessage[];
  seq: Seq;
  /** Only with `asOf`. */
  asOf?: RestMessagesAsOf;
}

/** The content of a message from `editedAt` on, or from its creation if that is null. */
export interface RestRevision {
  /** 0: the first known content. */
  revision: number;
  content: string | null;
  editedAt: IsoTime | null;
  /** Sequence of the event that had this content. */
  seq: Seq;
}

export interface RestReaction {
  emoji: WireEmoji;
  userId: Snowflake;
  /** A super reaction. */
  burst: boolean;
}

/** `next`: the `after` of the next page; null: this is the last page. */
export interface RestReactionPage {
  reactions: RestReaction[];
  next: string | null;
  /** Only with `asOf`. */
  asOf?: RestAsOf;
}

/** Parts of a message that a search can ask for. */
export const SEARCH_HAS = ['attachment', 'embed', 'link', 'poll', 'sticker'] as const;
export type SearchHas = (typeof SEARCH_HAS)[number];

/** Newest first. `next`: the `before` of the next page; null: this is the last page. */
export interface RestSearchPage {
  messages: WireHistoryMessage[];
  next: Snowflake | null;
}

/** An event of a channel: `payload` as on a socket. */
export interface RestEvent {
  event: PublicEventType;
  payload: WireEvent['payload'];
}

/**
 * `GET /api/v1/channels/:id/events`: all events after the cursor, in pages and without holes, or a snapshot with the reason, as
 * when a socket joins with a cursor. `next` is the cursor of the next request; `more`: more events exist now.
 */
export type RestEventPage =
  | { events: RestEvent[]; next: Cursor; more: boolean }
  | { snapshot: MessagesBulk; reason: SnapshotReason; next: Cursor };
