import {
  compareSnowflakes,
  type MessageBody,
  type MessagesBulk,
  type MessageUpdateBody,
  type Positioned,
  type Snowflake,
  type WireHistoryMessage,
  type WireMessageDelete,
} from '@discord-relay/contracts';

export type ListedMessage = WireHistoryMessage;

/** While the reader is at the bottom: beyond the first number, the oldest are let go down to the second. */
export const FOLLOWING_MAX = 600;
export const FOLLOWING_KEEP = 500;
/** While the reader is elsewhere: beyond it, the newest are let go; a fresh snapshot brings them back. */
export const HELD_MAX = 2_000;

/** One contiguous window over a channel's messages, ordered by id, and what is known about its two ends. */
export interface MessageList {
  phase: 'loading' | 'ready';
  messages: readonly ListedMessage[];
  /** The window's old end: every message from this id on is in it. Stays when that message is deleted. */
  from: Snowflake;
  /** Beyond the old end: whether there is more, and whether it is being read. */
  older: 'available' | 'loading' | 'failed' | 'none';
  /** Why the last page could not be read. */
  olderFailure: string | null;
  /** How many pages were asked for; names the one that is awaited, so that a late answer to another is void. */
  olderRequests: number;
  /** Live events outside the window while a page is being read: the page may be older than they are. */
  missed: readonly LiveAction[];
  /** The new end: whether the window reaches it. */
  atTail: boolean;
  /** Messages that came after a window that does not reach the tail. */
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
  /** `complete` on a snapshot or page: it reaches the channel's first message. */
  | { type: 'snapshot'; bulk: Pick<MessagesBulk, 'messages'>; complete: boolean }
  | { type: 'older-requested' }
  | { type: 'older-page'; request: number; messages: readonly ListedMessage[]; complete: boolean }
  | { type: 'older-failed'; request: number; reason: string }
  | { type: 'followed' }
  | { type: 'left' }
  | { type: 'reset' };

const BEGINNING = '0' as Snowflake;

export const EMPTY_LIST: MessageList = {
  phase: 'loading',
  messages: [],
  from: BEGINNING,
  older: 'none',
  olderFailure: null,
  olderRequests: 0,
  missed: [],
  atTail: true,
  beyond: 0,
  readUpTo: null,
  deletedIds: new Set(),
};

/** The next state of a channel's message list. Returns the same object when nothing changes. */
export function reduceMessageList(state: MessageList, action: MessageListAction): MessageList {
  switch (action.type) {
    case 'snapshot':
      return snapshot(state, action);
    case 'message':
      return addMessage(state, action);
    case 'update':
      return updateMessage(state, action);
    case 'delete':
      return deleteMessage(state, action.event.id);
    case 'older-requested':
      return { ...state, older: 'loading', olderRequests: state.olderRequests + 1, missed: [] };
    case 'older-page':
      return awaits(state, action.request) ? addPage(state, action) : state;
    case 'older-failed':
      return awaits(state, action.request) ? failPage(state, action.reason) : state;
    case 'followed':
      return state.atTail && state.readUpTo !== null ? trimOldest({ ...state, readUpTo: null }) : state;
    case 'left':
      return state.readUpTo === null ? { ...state, readUpTo: lastId(state) ?? null } : state;
    case 'reset':
      return { ...EMPTY_LIST, olderRequests: state.olderRequests };
    default:
      return action satisfies never;
  }
}

/** How many messages came since the reader left the bottom; 0 while the reader follows. */
export function countUnread({ messages, readUpTo, beyond }: MessageList): number {
  if (readUpTo === null) return 0;
  return messages.length - firstAfter(messages, readUpTo) + beyond;
}

function snapshot(
  { olderRequests }: MessageList,
  { bulk, complete }: Extract<MessageListAction, { type: 'snapshot' }>,
): MessageList {
  return {
    ...EMPTY_LIST,
    phase: 'ready',
    messages: merge([], bulk.messages),
    ...oldEnd(bulk.messages, complete),
    olderRequests,
  };
}

function addMessage(state: MessageList, action: Extract<LiveAction, { type: 'message' }>): MessageList {
  const { prev: _prev, ...body } = action.event;
  if (state.deletedIds.has(body.id)) return state;
  const position = place(state, body.id);
  if (position === 'before') return remember(state, action);
  if (position === 'beyond') return { ...state, beyond: state.beyond + 1 };
  const messages = insert(state.messages, { ...body, editedTimestamp: null });
  if (messages === state.messages) return state;
  return state.readUpTo === null ? trimOldest({ ...state, messages }) : trimNewest({ ...state, messages });
}

function updateMessage(state: MessageList, action: Extract<LiveAction, { type: 'update' }>): MessageList {
  const { prev: _prev, ...patch } = action.event;
  const index = indexOf(state.messages, patch.id);
  const held = state.messages[index];
  if (!held) return place(state, patch.id) === 'before' ? remember(state, action) : state;
  if (patch.seq <= held.seq) return state;
  return { ...state, messages: state.messages.with(index, { ...held, ...patch }) };
}

function deleteMessage(state: MessageList, id: Snowflake): MessageList {
  if (state.deletedIds.has(id)) return state;
  const deletedIds = new Set(state.deletedIds).add(id);
  const index = indexOf(state.messages, id);
  if (index >= 0) return { ...state, deletedIds, messages: state.messages.toSpliced(index, 1) };
  const wasCounted = place(state, id) === 'beyond' && state.beyond > 0;
  return { ...state, deletedIds, beyond: state.beyond - (wasCounted ? 1 : 0) };
}

function addPage(state: MessageList, page: Extract<MessageListAction, { type: 'older-page' }>): MessageList {
  const kept = page.messages.filter(({ id }) => !state.deletedIds.has(id));
  const messages = merge(state.messages, kept);
  const joined = { ...state, messages, missed: [], ...oldEnd(page.messages, page.complete) };
  return trimNewest(state.missed.reduce(reduceMessageList, joined));
}

const failPage = (state: MessageList, reason: string): MessageList => ({
  ...state,
  older: 'failed',
  olderFailure: reason,
  missed: [],
});

/** The old end after `read`, oldest first, was put there. */
function oldEnd(read: readonly ListedMessage[], complete: boolean): Pick<MessageList, 'from' | 'older'> {
  const first = read[0];
  return complete || !first ? { from: BEGINNING, older: 'none' } : { from: first.id, older: 'available' };
}

const awaits = (state: MessageList, request: number): boolean =>
  state.older === 'loading' && state.olderRequests === request;

/** Keeps an event for the page that is being read; without one the next page will know about it. */
const remember = (state: MessageList, action: LiveAction): MessageList =>
  state.older === 'loading' ? { ...state, missed: [...state.missed, action] } : state;

/** A trimmed window has a new old end: a page that was asked for would leave a hole. */
function trimOldest(state: MessageList): MessageList {
  if (state.messages.length <= FOLLOWING_MAX) return state;
  const messages = state.messages.slice(-FOLLOWING_KEEP);
  return { ...state, messages, missed: [], ...oldEnd(messages, false) };
}

function trimNewest(state: MessageList): MessageList {
  if (state.messages.length <= HELD_MAX || state.readUpTo === null) return state;
  const cut = state.messages.slice(HELD_MAX);
  const beyond = state.beyond + cut.length - firstAfter(cut, state.readUpTo);
  return { ...state, messages: state.messages.slice(0, HELD_MAX), atTail: false, beyond };
}

/** Where an id belongs in relation to the window. */
function place({ messages, from, atTail }: MessageList, id: Snowflake): 'before' | 'inside' | 'beyond' {
  if (compareSnowflakes(id, from) < 0) return 'before';
  const last = messages.at(-1);
  if (last && !atTail && compareSnowflakes(id, last.id) > 0) return 'beyond';
  return 'inside';
}

/** As {@link merge}; the newest message, which is what comes nearly always, costs no sorting. */
function insert(held: readonly ListedMessage[], message: ListedMessage): readonly ListedMessage[] {
  const last = held.at(-1);
  if (last && compareSnowflakes(message.id, last.id) <= 0) return merge(held, [message]);
  return [...held, message];
}

/** Both lists as one, by id; of two states of a message the newer stays. Same object when `incoming` adds nothing. */
function merge(held: readonly ListedMessage[], incoming: readonly ListedMessage[]): readonly ListedMessage[] {
  const byId = new Map(held.map((message) => [message.id, message]));
  const news = incoming.filter(({ id, seq }) => seq > (byId.get(id)?.seq ?? -1));
  if (news.length === 0) return held;
  for (const message of news) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => compareSnowflakes(a.id, b.id));
}

const lastId = ({ messages }: MessageList): Snowflake | undefined => messages.at(-1)?.id;

/** Index of the first message whose id is greater than `id`; the length when there is none. */
function firstAfter(messages: readonly ListedMessage[], id: Snowflake): number {
  let index = messages.length;
  while (index > 0 && compareSnowflakes(messages[index - 1]!.id, id) > 0) index -= 1;
  return index;
}

function indexOf(messages: readonly ListedMessage[], id: Snowflake): number {
  const index = firstAfter(messages, id) - 1;
  return messages[index]?.id === id ? index : -1;
}
