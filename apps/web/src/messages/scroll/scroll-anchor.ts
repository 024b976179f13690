import type { Snowflake } from '@discord-relay/contracts';

/** An item and the distance of its top from the top of the visible part, which must not change while the reader reads. */
export interface Anchor {
  id: Snowflake;
  offsetPx: number;
}

export const itemOf = (scroller: HTMLElement, id: Snowflake): HTMLElement | null =>
  scroller.querySelector<HTMLElement>(`[data-anchor="${id}"]`);

/** Includes fractions of a pixel, because rounding errors would add up to a drift. */
export const offsetOf = (scroller: HTMLElement, item: HTMLElement): number =>
  item.getBoundingClientRect().top - scroller.getBoundingClientRect().top;

/** Several, because a message may be deleted: then the next one is used. */
const ANCHORS = 5;
/** Chunks around the top of the visible part, of which some may have marks only. */
const [CHUNKS_ABOVE, CHUNKS_BELOW] = [2, 4];

/**
 * The first messages whose tops are visible: if the one above grows, it must not push them. If one message fills the visible
 * part, it is that one. Found by binary search, first among the chunks of rows.
 */
export function anchorsOf(scroller: HTMLElement, rows: HTMLElement): Anchor[] {
  const chunks = [...rows.children] as HTMLElement[];
  const chunk = firstBelowTop(scroller, chunks);
  const items = chunks
    .slice(Math.max(0, chunk - CHUNKS_ABOVE), chunk + CHUNKS_BELOW)
    .flatMap(({ children }) => [...children] as HTMLElement[])
    .filter(({ dataset }) => dataset['anchor'] !== undefined);
  const low = firstBelowTop(scroller, items);
  const isInSight = low < items.length && offsetOf(scroller, items[low]!) < scroller.clientHeight;
  const first = Math.max(0, isInSight ? low : low - 1);
  return items.slice(first, first + ANCHORS).map((item) => ({
    id: item.dataset['anchor'] as Snowflake,
    offsetPx: offsetOf(scroller, item),
  }));
}

/** Index of the first element that begins in or below the visible part; the length if there is none. */
function firstBelowTop(scroller: HTMLElement, elements: readonly HTMLElement[]): number {
  let [low, high] = [0, elements.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsetOf(scroller, elements[middle]!) >= 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
