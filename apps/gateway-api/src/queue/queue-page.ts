import type { QueueState, RestQueuePage } from '@discord-relay/contracts';
import type { PlacedItem } from './queue-item.js';

export interface QueueFilter {
  states: ReadonlySet<QueueState>;
  /** A queue channel, a thread or a text channel; undefined: all. */
  channelId?: string | undefined;
  /** The sort key after which the page begins. */
  after?: string | undefined;
  limit: number;
}

/** Whether an item is in a queue channel, a thread or a text channel; undefined: any. */
export const isIn = (
  item: Pick<PlacedItem, 'channelId' | 'parentId'>,
  channelId: string | undefined,
): boolean => channelId === undefined || item.channelId === channelId || item.parentId === channelId;

/** A page of the sorted items, and the number of items by state. */
export function pageOf(
  items: readonly PlacedItem[],
  { states, channelId, after, limit }: QueueFilter,
): Pick<RestQueuePage, 'next' | 'counts'> & { items: PlacedItem[] } {
  const inChannel = items.filter((item) => isIn(item, channelId));
  const counts = { waiting: 0, answered: 0, solved: 0 };
  for (const { state } of inChannel) counts[state] += 1;
  const rest = inChannel.filter(
    (item) => states.has(item.state) && (after === undefined || item.place > after),
  );
  const shown = rest.slice(0, limit);
  return { items: shown, next: rest.length > limit ? shown.at(-1)!.place : null, counts };
}
