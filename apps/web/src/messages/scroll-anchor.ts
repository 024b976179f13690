import type { Snowflake } from '@discord-relay/contracts';

/** An item and how far its top is below the top of the visible part: what must not move under the reader's eyes. */
export interface Anchor {
  id: Snowflake;
  offsetPx: number;
}

export const itemOf = (scroller: HTMLElement, id: Snowflake): HTMLElement | null =>
  scroller.querySelector<HTMLElement>(`[data-anchor="${id}"]`);

/** With its fractions of a pixel, or small errors would add up to a drift. */
export const offsetOf = (scroller: HTMLElement, item: HTMLElement): number =>
  item.getBoundingClientRect().top - scroller.getBoundingClientRect().top;

/** One of them may be deleted: the next ones are as good. */
const ANCHORS = 5;

/**
 * The first messages whose tops are in sight: what grows in the one above must not push them. Where one fills all that
 * can be seen, it is that one. Found by halving.
 */
export function anchorsOf(scroller: HTMLElement): Anchor[] {
  const items = scroller.querySelectorAll<HTMLElement>('[data-anchor]');
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsetOf(scroller, items[middle]!) >= 0) high = middle;
    else low = middle + 1;
  }
  const isInSight = low < items.length && offsetOf(scroller, items[low]!) < scroller.clientHeight;
  const first = Math.max(0, isInSight ? low : low - 1);
  return [...items].slice(first, first + ANCHORS).map((item) => ({
    id: item.dataset['anchor'] as Snowflake,
    offsetPx: offsetOf(scroller, item),
  }));
}
