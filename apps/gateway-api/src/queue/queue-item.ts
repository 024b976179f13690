import {
  type QueueSettings,
  type QueueState,
  type Snowflake,
  snowflakeTimeMs,
} from '@discord-relay/contracts';

/** An entry of the queue without names. Times are in milliseconds since the Unix epoch. */
export interface QueueItem {
  id: Snowflake;
  channelId: Snowflake;
  parentId: Snowflake | null;
  /** Discord's type of the thread; null: a text channel. */
  threadType: number | null;
  name: string;
  state: QueueState;
  openerId: Snowflake | null;
  openedAtMs: number;
  lastSpeakerId: Snowflake | null;
  lastMessageAtMs: number | null;
  waitingSinceMs: number | null;
  firstResponseAtMs: number | null;
  firstResponseS: number | null;
}

/** An item with its sort key, longest waiting first. */
export type PlacedItem = QueueItem & { place: string };

/** A thread with its messages. Message ids are of messages written by users. */
export interface ThreadFacts {
  id: Snowflake;
  parentId: Snowflake;
  type: number;
  name: string;
  openerId: Snowflake | null;
  /** Whether a member opened the thread: neither staff nor a bot. */
  isOpenedByMember: boolean;
  archived: boolean;
  tagIds: readonly Snowflake[];
  firstOfMember: Snowflake | null;
  firstOfStaff: Snowflake | null;
  /** The first message by staff after the first message by a member. */
  firstAnswer: Snowflake | null;
  lastOfStaff: Snowflake | null;
  /** The first message by a member after the last message by staff. */
  firstUnanswered: Snowflake | null;
  last: Snowflake | null;
  lastSpeakerId: Snowflake | null;
}

/** A message in a text channel, written by a user. */
export interface UserMessage {
  id: Snowflake;
  authorId: Snowflake;
  seesAllChannels: boolean;
  /** The message that it replies to. */
  replyTo: Snowflake | null;
}

/**
 * A thread opened by a member is a question by itself. A thread opened by staff or a bot is one from the first message by a
 * member.
 */
export function itemOfThread(thread: ThreadFacts, settings: QueueSettings): QueueItem {
  const { id, parentId, type: threadType, name, openerId, isOpenedByMember, last, lastSpeakerId } = thread;
  const questionId = isOpenedByMember ? id : thread.firstOfMember;
  const answer = isOpenedByMember ? thread.firstOfStaff : thread.firstAnswer;
  // A member who opens a thread waits from its creation, even if they write later.
  const since = isOpenedByMember && thread.lastOfStaff === null ? id : thread.firstUnanswered;
  const isSolved =
    (thread.archived && settings.solvedWhenArchived) ||
    thread.tagIds.some((tagId) => settings.solvedTagIds.includes(tagId));
  const state = isSolved ? 'solved' : since !== null ? 'waiting' : 'answered';
  return {
    ...{ id, channelId: id, parentId, threadType, name, state, openerId, lastSpeakerId },
    openedAtMs: snowflakeTimeMs(id),
    lastMessageAtMs: timeOf(last),
    waitingSinceMs: isSolved ? null : timeOf(since),
    ...responseOf(questionId, answer),
  };
}

/**
 * The questions among the newest messages of a text channel, in order. All messages of a member until staff answers are one
 * question. A reply by staff answers the member it replies to; any other message by staff answers everyone.
 */
export function itemsOfChannel(
  channel: { id: Snowflake; name: string },
  messages: readonly UserMessage[],
): QueueItem[] {
  const items: QueueItem[] = [];
  const open = new Map<Snowflake, QueueItem>();
  const authors = new Map(messages.map(({ id, authorId }) => [id, authorId]));
  for (const message of messages) {
    if (message.seesAllChannels) {
      const repliedTo = message.replyTo === null ? undefined : authors.get(message.replyTo);
      const answered = repliedTo === undefined ? [...open.keys()] : [repliedTo];
      for (const memberId of answered) answer(open, memberId, message);
    } else if (!open.has(message.authorId)) {
      const item = questionOf(channel, message);
      open.set(message.authorId, item);
      items.push(item);
    } else {
      open.get(message.authorId)!.lastMessageAtMs = snowflakeTimeMs(message.id);
    }
  }
  return items;
}

function questionOf(
  { id: channelId, name }: { id: Snowflake; name: string },
  message: UserMessage,
): QueueItem {
  const atMs = snowflakeTimeMs(message.id);
  const { id, authorId } = message;
  return {
    ...{ id, channelId, parentId: null, threadType: null, name, state: 'waiting' },
    ...{ openerId: authorId, openedAtMs: atMs, lastSpeakerId: authorId, lastMessageAtMs: atMs },
    ...{ waitingSinceMs: atMs, firstResponseAtMs: null, firstResponseS: null },
  };
}

function answer(open: Map<Snowflake, QueueItem>, memberId: Snowflake, message: UserMessage): void {
  const item = open.get(memberId);
  if (!item) return;
  open.delete(memberId);
  Object.assign(item, {
    ...{ state: 'answered', waitingSinceMs: null, lastSpeakerId: message.authorId },
    lastMessageAtMs: snowflakeTimeMs(message.id),
    ...responseOf(item.id, message.id),
  });
}

function responseOf(questionId: Snowflake | null, answered: Snowflake | null) {
  if (questionId === null || answered === null) return { firstResponseAtMs: null, firstResponseS: null };
  const firstResponseAtMs = snowflakeTimeMs(answered);
  const seconds = (firstResponseAtMs - snowflakeTimeMs(questionId)) / 1_000;
  return { firstResponseAtMs, firstResponseS: Math.max(0, Math.round(seconds)) };
}

const timeOf = (id: Snowflake | null): number | null => (id === null ? null : snowflakeTimeMs(id));

const orderOf = ({ waitingSinceMs, lastMessageAtMs, openedAtMs }: QueueItem): number =>
  waitingSinceMs ?? lastMessageAtMs ?? openedAtMs;

export const placed = (item: QueueItem): PlacedItem => ({
  ...item,
  place: `${String(orderOf(item)).padStart(15, '0')}-${item.id.padStart(20, '0')}`,
});

export const byPlace = (a: PlacedItem, b: PlacedItem): number => (a.place < b.place ? -1 : 1);
