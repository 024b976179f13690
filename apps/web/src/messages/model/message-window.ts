import {
  compareSnowflakes,
  type Positioned,
  type Snowflake,
  type WireHistoryMessage,
  type WireReactionCount,
} from '@discord-relay/contracts';
import { applyReaction, type ReactionChange } from '../../content/reactions/reaction-counts.js';

export type ListedMessage = WireHistoryMessage & {
  /** Cursor of the channel's feed up to which `reactions` is complete; absent: `seq`. */
  reactionsSeq?: number;
};

/** A contiguous part of a channel's messages, ordered by id. */
export interface MessageWindow {
  messages: readonly ListedMessage[];
  /** The old end: the window has every message from this id on. It stays if that message is deleted. */
  from: Snowflake;
  /** The new end: the window has every message up to this id; null: every newer one too. */
  to: Snowflake | null;
}

/** Before every message. */
export const BEGINNING = '0' as Snowflake;

/** The position of an id relative to the window. */
export function place({ from, to }: MessageWindow, id: Snowflake): 'before' | 'inside' | 'beyond' {
  if (compareSnowflakes(id, from) < 0) return 'before';
  return to !== null && compareSnowflakes(id, to) > 0 ? 'beyond' : 'inside';
}

/** As {@link merge}, without sorting for the newest message, which is the usual case. */
export function insert(loaded: readonly ListedMessage[], message: ListedMessage): readonly ListedMessage[] {
  const last = loaded.at(-1);
  if (last && compareSnowflakes(message.id, last.id) <= 0) return merge(loaded, [message]);
  return [...loaded, message];
}

/** Messages as they were read when the feed was at `seq`: earlier reaction events are included in them. */
export const readAt = (messages: readonly WireHistoryMessage[], seq: number): ListedMessage[] =>
  messages.map((message) => ({ ...message, reactionsSeq: seq }));

/** Reactions do not change the `seq` of their message, because they are events of their own. */
const reactionsSeqOf = ({ reactionsSeq, seq }: ListedMessage): number => reactionsSeq ?? seq;

/**
 * Merges both lists by id; of two states of a message, and of its reactions, the newer one stays. Returns the same object if
 * `incoming` adds nothing.
 */
export function merge(
  loaded: readonly ListedMessage[],
  incoming: readonly ListedMessage[],
): readonly ListedMessage[] {
  const byId = new Map(loaded.map((message) => [message.id, message]));
  const news = incoming.filter((message) => isNews(byId.get(message.id), message));
  if (news.length === 0) return loaded;
  for (const message of news) byId.set(message.id, newest(byId.get(message.id), message));
  return [...byId.values()].sort((a, b) => compareSnowflakes(a.id, b.id));
}

const isNews = (loaded: ListedMessage | undefined, incoming: ListedMessage): boolean =>
  !loaded || incoming.seq > loaded.seq || reactionsSeqOf(incoming) > reactionsSeqOf(loaded);

function newest(loaded: ListedMessage | undefined, incoming: ListedMessage): ListedMessage {
  if (!loaded) return incoming;
  const [content, other] = incoming.seq > loaded.seq ? [incoming, loaded] : [loaded, incoming];
  return reactionsSeqOf(other) > reactionsSeqOf(content)
    ? withReactions(content, other.reactions ?? [], reactionsSeqOf(other))
    : content;
}

/** The message with these reactions, which are complete up to the cursor `reactionsSeq`. */
function withReactions(
  { reactions: _, ...message }: ListedMessage,
  reactions: readonly WireReactionCount[],
  reactionsSeq: number,
): ListedMessage {
  return { ...message, ...(reactions.length > 0 && { reactions: [...reactions] }), reactionsSeq };
}

/** Returns the same object if the message is not held, or was read later than the event and thus includes it. */
export function countReaction(
  messages: readonly ListedMessage[],
  event: ReactionChange & Positioned,
): readonly ListedMessage[] {
  const index = indexOf(messages, event.messageId);
  const loaded = messages[index];
  if (!loaded || event.seq <= reactionsSeqOf(loaded)) return messages;
  const counts = applyReaction(loaded.reactions ?? [], event);
  return messages.with(index, withReactions(loaded, counts, event.seq));
}

export const lastId = ({ messages }: Pick<MessageWindow, 'messages'>): Snowflake | undefined =>
  messages.at(-1)?.id;

/** Index of the first message whose id is greater than `id`; the length if there is none. */
export function firstAfter(messages: readonly ListedMessage[], id: Snowflake): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareSnowflakes(messages[middle]!.id, id) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function indexOf(messages: readonly ListedMessage[], id: Snowflake): number {
  const index = firstAfter(messages, id) - 1;
  return messages[index]?.id === id ? index : -1;
}
