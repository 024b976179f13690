import { compareSnowflakes, type Snowflake, type WireHistoryMessage } from '@discord-relay/contracts';

export type ListedMessage = WireHistoryMessage;

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
export function insert(held: readonly ListedMessage[], message: ListedMessage): readonly ListedMessage[] {
  const last = held.at(-1);
  if (last && compareSnowflakes(message.id, last.id) <= 0) return merge(held, [message]);
  return [...held, message];
}

/**
 * Merges both lists by id; of two states of a message the newer one stays. Returns the same object if `incoming` adds nothing.
 */
export function merge(
  held: readonly ListedMessage[],
  incoming: readonly ListedMessage[],
): readonly ListedMessage[] {
  const byId = new Map(held.map((message) => [message.id, message]));
  const news = incoming.filter(({ id, seq }) => seq > (byId.get(id)?.seq ?? -1));
  if (news.length === 0) return held;
  for (const message of news) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => compareSnowflakes(a.id, b.id));
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
