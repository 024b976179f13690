import type {
  MessageBody,
  MessageUpdateBody,
  Positioned,
  Snowflake,
  WireMessageDelete,
} from '@discord-relay/contracts';
import type { ReactionChange } from '../../content/reactions/reaction-counts.js';
import { BEGINNING, type ListedMessage, type MessageWindow } from './message-window.js';

/** When the window exceeds the first number of messages, it drops those at its far end, down to the second number. */
export const WINDOW_MAX = 400;
export const WINDOW_KEEP = 300;

export type End = 'older' | 'newer';

/** A window over a channel's messages, with the state of both ends. */
export interface MessageList extends MessageWindow {
  phase: 'loading' | 'ready';
  /** For each end: whether there are more messages beyond it, and whether they are being loaded. */
  ends: Readonly<Record<End, 'available' | 'loading' | 'failed' | 'none'>>;
  /** Why the last page could not be loaded. */
  failure: string | null;
  /** The number of requests so far; each has its number, so that a late response for another window is ignored. */
  requests: number;
  awaited: Readonly<Record<End | 'around', number | null>>;
  /** Live events during a request: its response may be older than they are. */
  missed: readonly LiveAction[];
  /** Number of messages that arrived, or were dropped, beyond a window that does not reach the tail. */
  beyond: number;
  /** The newest message when the reader left the bottom; null while the reader follows. */
  readUpTo: Snowflake | null;
  /** Deleted since the snapshot: no page and no repeated event brings them back. */
  deletedIds: ReadonlySet<Snowflake>;
}

export type LiveAction =
  | { type: 'reaction'; event: ReactionChange & Positioned }
  | { type: 'message'; event: MessageBody & Positioned }
  | { type: 'update'; event: MessageUpdateBody & Positioned }
  | { type: 'delete'; event: WireMessageDelete & Positioned };

interface ReadMessages {
  messages: readonly ListedMessage[];
}

export type MessageListAction =
  | LiveAction
  /** `complete` on a snapshot or page: it reaches the channel's first message, or its newest. */
  | { type: 'snapshot'; bulk: ReadMessages; complete: boolean }
  /** A snapshot while the reader is elsewhere: the window stays until the messages around the reader are read again. */
  | { type: 'snapshot-aside'; bulk: ReadMessages }
  | { type: 'requested'; what: End | 'around' }
  | { type: 'page'; end: End; request: number; messages: readonly ListedMessage[]; complete: boolean }
  | { type: 'around'; request: number; messages: readonly ListedMessage[]; complete: Record<End, boolean> }
  | { type: 'failed'; what: End | 'around'; request: number; reason: string }
  | { type: 'followed' }
  | { type: 'left' }
  | { type: 'reset' };

export const NO_PENDING_PAGES = { older: null, newer: null, around: null } as const;

export const EMPTY_LIST: MessageList = {
  phase: 'loading',
  messages: [],
  from: BEGINNING,
  to: null,
  ends: { older: 'none', newer: 'none' },
  failure: null,
  requests: 0,
  awaited: NO_PENDING_PAGES,
  missed: [],
  beyond: 0,
  readUpTo: null,
  deletedIds: new Set(),
};
