import {
  LAST_SNOWFLAKE,
  type MessageBody,
  type MessageUpdateBody,
  type Positioned,
  type Snowflake,
} from '@discord-relay/contracts';
import {
  EMPTY_LIST,
  type End,
  type LiveAction,
  type MessageList,
  type MessageListAction,
  NO_PENDING_PAGES,
  WINDOW_KEEP,
  WINDOW_MAX,
} from './message-list-state.js';
import {
  BEGINNING,
  countReaction,
  firstAfter,
  indexOf,
  insert,
  lastId,
  type ListedMessage,
  merge,
  place,
} from './message-window.js';

/** The next state of a channel's message list. Returns the same object if nothing changes. */
export function reduceMessageList(state: MessageList, action: MessageListAction): MessageList {
  switch (action.type) {
    case 'snapshot':
      return snapshot(state, action);
    case 'snapshot-aside':
      return setAside(state, action.bulk.messages);
    case 'message':
    case 'update':
    case 'delete':
    case 'reaction':
      return applyLive(remember(state, action), action);
    case 'requested':
      return request(state, action.what);
    case 'page':
      return state.awaited[action.end] === action.request ? addPage(state, action) : state;
    case 'around':
      return state.awaited.around === action.request ? replaceAround(state, action) : state;
    case 'failed':
      return state.awaited[action.what] === action.request ? fail(state, action) : state;
    case 'followed':
      return state.to === null && state.readUpTo !== null
        ? trim({ ...state, readUpTo: null }, 'older')
        : state;
    case 'left':
      return state.readUpTo === null ? { ...state, readUpTo: lastId(state) ?? BEGINNING } : state;
    case 'reset':
      return { ...EMPTY_LIST, requests: state.requests };
    default:
      return action satisfies never;
  }
}

/** Number of messages since the reader left the bottom; 0 while the reader follows. */
export function countUnread({ messages, readUpTo, beyond }: MessageList): number {
  if (readUpTo === null) return 0;
  return messages.length - firstAfter(messages, readUpTo) + beyond;
}

function snapshot(
  { requests }: MessageList,
  { bulk, complete }: Extract<MessageListAction, { type: 'snapshot' }>,
): MessageList {
  const ready = { ...EMPTY_LIST, phase: 'ready', requests, messages: merge([], bulk.messages) } as const;
  return { ...ready, ...oldEnd(ready.ends, bulk.messages, complete) };
}

function setAside(state: MessageList, newest: readonly ListedMessage[]): MessageList {
  const readUpTo = state.readUpTo ?? newest.at(-1)?.id ?? BEGINNING;
  const to = state.to ?? lastId(state) ?? BEGINNING;
  const beyond = newest.length - firstAfter(newest, readUpTo);
  const ends = { ...state.ends, newer: 'available' } as const;
  return {
    ...state,
    readUpTo,
    to,
    beyond,
    ends,
    awaited: { ...NO_PENDING_PAGES, around: state.awaited.around },
  };
}

function applyLive(state: MessageList, action: LiveAction): MessageList {
  switch (action.type) {
    case 'message':
      return addMessage(state, action.event);
    case 'update':
      return updateMessage(state, action.event);
    case 'delete':
      return deleteMessage(state, action.event.id);
    case 'reaction':
      return withMessages(state, countReaction(state.messages, action.event));
    default:
      return action satisfies never;
  }
}

const withMessages = (state: MessageList, messages: MessageList['messages']): MessageList =>
  messages === state.messages ? state : { ...state, messages };

function addMessage(state: MessageList, event: MessageBody & Positioned): MessageList {
  const { prev: _prev, ...body } = event;
  if (state.deletedIds.has(body.id)) return state;
  const position = place(state, body.id);
  if (position === 'before') return state;
  if (position === 'beyond') return { ...state, beyond: state.beyond + 1 };
  const messages = insert(state.messages, body);
  if (messages === state.messages) return state;
  const next = { ...state, messages };
  // A reader who is not at the bottom may look at any message: only new ones are dropped.
  return state.readUpTo === null ? trim(next, 'older') : trim(next, 'newer', WINDOW_MAX);
}

function updateMessage(state: MessageList, event: MessageUpdateBody & Positioned): MessageList {
  const { prev: _prev, ...patch } = event;
  const index = indexOf(state.messages, patch.id);
  const held = state.messages[index];
  if (!held || patch.seq <= held.seq) return state;
  // A replay withholds a text that an edit replaces later: the last one is not withheld.
  const isShown = held.redacted === 'superseded' && patch.content !== undefined;
  const next = { ...held, ...(isShown && { redacted: undefined }), ...patch };
  return { ...state, messages: state.messages.with(index, next) };
}

function deleteMessage(state: MessageList, id: Snowflake): MessageList {
  if (state.deletedIds.has(id)) return state;
  const deletedIds = new Set(state.deletedIds).add(id);
  const index = indexOf(state.messages, id);
  if (index >= 0) return { ...state, deletedIds, messages: state.messages.toSpliced(index, 1) };
  const wasCounted = state.beyond > 0 && place(state, id) === 'beyond' && isUnread(state, id);
  return { ...state, deletedIds, beyond: state.beyond - (wasCounted ? 1 : 0) };
}

const isUnread = ({ readUpTo }: MessageList, id: Snowflake): boolean =>
  readUpTo !== null && place({ messages: [], from: BEGINNING, to: readUpTo }, id) === 'beyond';

function request(state: MessageList, what: End | 'around'): MessageList {
  const requests = state.requests + 1;
  const awaited = { ...state.awaited, [what]: requests };
  const ends = what === 'around' ? state.ends : { ...state.ends, [what]: 'loading' as const };
  return { ...state, requests, awaited, ends };
}

function addPage(state: MessageList, page: Extract<MessageListAction, { type: 'page' }>): MessageList {
  const { end, messages: read, complete } = page;
  const messages = merge(state.messages, withoutDeleted(state, read));
  const edge = end === 'older' ? oldEnd(state.ends, read, complete) : newEnd(state, read, complete);
  const joined = { ...state, messages, ...edge, awaited: { ...state.awaited, [end]: null } };
  return trim(replay(joined), end === 'older' ? 'newer' : 'older');
}

function replaceAround(
  state: MessageList,
  { messages, complete }: Extract<MessageListAction, { type: 'around' }>,
): MessageList {
  // Opened at a message: the newest one is not known, so none counts as new.
  const readUpTo = state.readUpTo ?? lastId(state) ?? LAST_SNOWFLAKE;
  const bare = { ...state, phase: 'ready', readUpTo, awaited: NO_PENDING_PAGES, failure: null } as const;
  const old = oldEnd(state.ends, messages, complete.older);
  const last = messages.at(-1);
  const isTail = complete.newer || !last;
  const ends = { ...old.ends, newer: isTail ? 'none' : 'available' } as const;
  return replay({
    ...bare,
    from: old.from,
    to: isTail ? null : last.id,
    ends,
    beyond: isTail ? 0 : state.beyond,
    messages: merge([], withoutDeleted(state, messages)),
  });
}

function fail(
  state: MessageList,
  { what, reason }: Extract<MessageListAction, { type: 'failed' }>,
): MessageList {
  const ends = what === 'around' ? state.ends : { ...state.ends, [what]: 'failed' as const };
  return forget({ ...state, ends, failure: reason, awaited: { ...state.awaited, [what]: null } });
}

const withoutDeleted = ({ deletedIds }: MessageList, messages: readonly ListedMessage[]): ListedMessage[] =>
  messages.filter(({ id }) => !deletedIds.has(id));

/** The state of the old end after `read`, oldest first, was added there. */
function oldEnd(
  ends: MessageList['ends'],
  read: readonly ListedMessage[],
  complete: boolean,
): Pick<MessageList, 'from' | 'ends'> {
  const first = read[0];
  return complete || !first
    ? { from: BEGINNING, ends: { ...ends, older: 'none' } }
    : { from: first.id, ends: { ...ends, older: 'available' } };
}

function newEnd(
  state: MessageList,
  read: readonly ListedMessage[],
  complete: boolean,
): Pick<MessageList, 'to' | 'ends' | 'beyond'> {
  const last = read.at(-1);
  if (complete || !last) return { to: null, ends: { ...state.ends, newer: 'none' }, beyond: 0 };
  const counted = read.filter(({ id }) => isUnread(state, id)).length;
  const beyond = Math.max(0, state.beyond - counted);
  return { to: last.id, ends: { ...state.ends, newer: 'available' }, beyond };
}

const isAwaiting = ({ awaited }: MessageList): boolean =>
  awaited.older !== null || awaited.newer !== null || awaited.around !== null;

const remember = (state: MessageList, action: LiveAction): MessageList =>
  isAwaiting(state) ? { ...state, missed: [...state.missed, action] } : state;

const forget = (state: MessageList): MessageList =>
  isAwaiting(state) || state.missed.length === 0 ? state : { ...state, missed: [] };

/** Applies the events that arrived during the request to its response. Events beyond the window were counted when they came. */
function replay(state: MessageList): MessageList {
  const isInside = ({ event }: LiveAction) =>
    place(state, 'messageId' in event ? event.messageId : event.id) === 'inside';
  return forget(state.missed.filter(isInside).reduce(applyLive, state));
}

/** Drops messages at one end. A pending page beyond that end would leave a hole, so it is ignored. */
function trim(state: MessageList, end: End, keep = WINDOW_KEEP): MessageList {
  if (state.messages.length <= WINDOW_MAX) return state;
  const awaited = { ...state.awaited, [end]: null };
  const ends = { ...state.ends, [end]: 'available' as const };
  if (end === 'older') {
    const messages = state.messages.slice(-keep);
    return forget({ ...state, messages, from: messages[0]!.id, awaited, ends });
  }
  const messages = state.messages.slice(0, keep);
  const cut = state.messages.slice(keep).filter(({ id }) => isUnread(state, id)).length;
  return forget({ ...state, messages, to: lastId({ messages })!, awaited, ends, beyond: state.beyond + cut });
}
