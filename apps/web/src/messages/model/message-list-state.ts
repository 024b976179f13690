import type {
  MessageBody,
  MessagesBulk,
  MessageUpdateBody,
  Positioned,
  Snowflake,
  WireMessageDelete,
} from '@discord-relay/contracts';
import { BEGINNING, type ListedMessage, type MessageWindow } from './message-window.js';

/** Beyond the first number of messages the window lets those of its far end go, down to the second. */
export const WINDOW_MAX = 400;
export const WINDOW_KEEP = 300;

export type End = 'older' | 'newer';

/** A window over a channel's messages, and what is known about both of its ends. */
export interface MessageList extends MessageWindow {
  phase: 'loading' | 'ready';
  /** Beyond each end: whether there is more, and whether it is being read. */
  ends: Readonly<Record<End, 'available' | 'loading' | 'failed' | 'none'>>;
  /** Why the last page could not be read. */
  failure: string | null;
  /** How many requests were made; each has its number, so that a late answer to another window is void. */
  requests: number;
  awaited: Readonly<Record<End | 'around', number | null>>;
  /** Live events while something is being read: the answer may be older than they are. */
  missed: readonly LiveAction[];
  /** Messages that came, or were let go, beyond a window that does not reach the tail. */
  beyond: number;
  /** The newest message when the reader left the bottom; null while the reader follows. */
  readUpTo: Snowflake | null;
  /** Deleted since the snapshot: no page and no repetition brings them back. */
  deletedIds: ReadonlySet<Snowflake>;
}

export type LiveAction =
  | { type: 'message'; event: MessageBody & Positioned }
  | { type: 'update'; event: MessageUpdateBody & Positioned }
  | { type: 'delete'; event: WireMessageDelete & Positioned };

export type MessageListAction =
  | LiveAction
  /** `complete` on a snapshot or page: it reaches the channel's first message, or its newest. */
  | { type: 'snapshot'; bulk: Pick<MessagesBulk, 'messages'>; complete: boolean }
  /** A snapshot while the reader is elsewhere: the window stays until what is around the reader is read again. */
  | { type: 'snapshot-aside'; bulk: Pick<MessagesBulk, 'messages'> }
  | { type: 'requested'; what: End | 'around' }
  | { type: 'page'; end: End; request: number; messages: readonly ListedMessage[]; complete: boolean }
  | { type: 'around'; request: number; messages: readonly ListedMessage[]; complete: Record<End, boolean> }
  | { type: 'failed'; what: End | 'around'; request: number; reason: string }
  | { type: 'followed' }
  | { type: 'left' }
  | { type: 'reset' };

export const NOTHING_AWAITED = { older: null, newer: null, around: null } as const;

export const EMPTY_LIST: MessageList = {
  phase: 'loading',
  messages: [],
  from: BEGINNING,
  to: null,
  ends: { older: 'none', newer: 'none' },
  failure: null,
  requests: 0,
  awaited: NOTHING_AWAITED,
  missed: [],
  beyond: 0,
  readUpTo: null,
  deletedIds: new Set(),
};
