import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import { followsAfterScroll } from './scroll-following.js';

/** An item and how far its top is below the top of the visible part: what must not move under the reader's eyes. */
interface Anchor {
  id: string;
  offsetPx: number;
}

interface ScrollPosition {
  scroller: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
}

/** Closer to the top than this, the page before is wanted. */
const NEAR_TOP_PX = 600;

/**
 * Keeps the list at its bottom while the reader follows, and otherwise every line where it is, whatever is added,
 * edited or taken away around it.
 * @param content changes identity with what is shown
 */
export function useScrollPosition(
  content: unknown,
  isFollowing: boolean,
  onFollow: (following: boolean) => void,
  onNearTop: () => void,
): ScrollPosition {
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<Anchor | null>(null);
  const lastTopPx = useRef(0);

  const settle = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    if (isFollowing) element.scrollTop = element.scrollHeight;
    else if (anchor.current) restore(element, anchor.current);
    lastTopPx.current = element.scrollTop;
    anchor.current = firstVisible(element);
  }, [isFollowing]);

  useLayoutEffect(settle, [settle, content]);
  useResize(scroller, settle);

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const movedPx = element.scrollTop - lastTopPx.current;
    const distancePx = element.scrollHeight - element.clientHeight - element.scrollTop;
    lastTopPx.current = element.scrollTop;
    anchor.current = firstVisible(element);
    const follows = followsAfterScroll(isFollowing, distancePx, movedPx);
    if (follows !== isFollowing) onFollow(follows);
    if (element.scrollTop < NEAR_TOP_PX) onNearTop();
  };

  useEffect(() => {
    if (scroller.current && scroller.current.scrollTop < NEAR_TOP_PX) onNearTop();
  }, [content, onNearTop]);

  return { scroller, onScroll };
}

function useResize(element: RefObject<HTMLElement | null>, onResize: () => void): void {
  useEffect(() => {
    const observer = new ResizeObserver(onResize);
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, onResize]);
}

function restore(scroller: HTMLElement, { id, offsetPx }: Anchor): void {
  const item = scroller.querySelector<HTMLElement>(`[data-anchor="${id}"]`);
  if (item) scroller.scrollTop = item.offsetTop - offsetPx;
}

/** The first message that is at least partly visible, found by halving: there may be thousands. */
function firstVisible(scroller: HTMLElement): Anchor | null {
  const items = scroller.querySelectorAll<HTMLElement>('[data-anchor]');
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { offsetTop, offsetHeight } = items[middle]!;
    if (offsetTop + offsetHeight > scroller.scrollTop) high = middle;
    else low = middle + 1;
  }
  const item = items[low];
  return item ? { id: item.dataset['anchor'] ?? '', offsetPx: item.offsetTop - scroller.scrollTop } : null;
}
