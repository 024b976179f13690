import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import type { Snowflake } from '@discord-relay/contracts';
import type { JumpTarget } from '../model/channel-store.js';
import type { End } from '../model/message-list-state.js';
import { type Anchor, anchorsOf, itemOf, offsetOf } from './scroll-anchor.js';
import { followsAfterScroll } from './scroll-following.js';

export interface ScrollOptions {
  /** Changes identity with the content. */
  content: unknown;
  isFollowing: boolean;
  target: JumpTarget | null;
  onFollow: (following: boolean) => void;
  /** The reader comes near an end of the loaded messages. */
  onNear: (end: End) => void;
  /** The topmost visible message. */
  onLook: (messageId: Snowflake | null) => void;
}

export interface ScrollPosition {
  scroller: RefObject<HTMLDivElement | null>;
  rows: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
}

/** At a smaller distance from an end, the page beyond it is loaded. */
const NEAR_PX = 1_200;
/** Browsers scroll by fractions. */
const NO_SHIFT_PX = 0.5;

/**
 * Keeps the list at its bottom while the reader follows, and otherwise every line in its place while others are added,
 * edited, removed or change their height.
 */
export function useScrollPosition(options: ScrollOptions): ScrollPosition {
  const { content, isFollowing, target, onFollow, onNear, onLook } = options;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const anchors = useRef<readonly Anchor[]>([]);
  const lastTopPx = useRef(0);
  const shownJump = useRef(0);

  const note = useCallback(
    (element: HTMLElement) => {
      lastTopPx.current = element.scrollTop;
      anchors.current = rows.current ? anchorsOf(element, rows.current) : [];
      onLook(anchors.current[0]?.id ?? null);
    },
    [onLook],
  );

  const settle = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const jumpedTo = target && target.count !== shownJump.current && itemOf(element, target.messageId);
    if (jumpedTo) {
      shownJump.current = target.count;
      showItem(element, jumpedTo);
    } else if (isFollowing) element.scrollTop = element.scrollHeight;
    else restore(element, anchors.current);
    note(element);
  }, [isFollowing, target, note]);

  const settleAfterResize = useCallback(() => {
    const element = scroller.current;
    // The content that has just been rendered: its end is in view already, and measuring it again would cost a layout.
    if (element && isFollowing && distanceToEnd(element) < NO_SHIFT_PX) return;
    settle();
  }, [isFollowing, settle]);

  useLayoutEffect(settle, [settle, content]);
  useResize(scroller, rows, settleAfterResize);

  const reportNear = useNearEnds(scroller, content, onNear);

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const movedPx = element.scrollTop - lastTopPx.current;
    // This event belongs to a scroll of this hook.
    if (movedPx === 0 && isFollowing) return;
    const follows = followsAfterScroll(isFollowing, distanceToEnd(element), movedPx);
    note(element);
    if (follows !== isFollowing) onFollow(follows);
    reportNear();
  };

  return { scroller, rows, onScroll };
}

/**
 * Reports the ends of the list that are near, now and whenever the content changes. Returns a function that repeats the
 * report.
 */
function useNearEnds(
  scroller: RefObject<HTMLElement | null>,
  content: unknown,
  onNear: (end: End) => void,
): () => void {
  const reportNear = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    if (element.scrollTop < NEAR_PX) onNear('older');
    if (distanceToEnd(element) < NEAR_PX) onNear('newer');
  }, [scroller, onNear]);
  useEffect(reportNear, [content, reportNear]);
  return reportNear;
}

const distanceToEnd = ({ scrollHeight, clientHeight, scrollTop }: HTMLElement): number =>
  scrollHeight - clientHeight - scrollTop;

/** The visible part or its content changes its height: an image loads late, a text is edited. */
function useResize(
  scroller: RefObject<HTMLElement | null>,
  rows: RefObject<HTMLElement | null>,
  onResize: () => void,
): void {
  useEffect(() => {
    const observer = new ResizeObserver(onResize);
    for (const { current } of [scroller, rows]) if (current) observer.observe(current);
    return () => observer.disconnect();
  }, [scroller, rows, onResize]);
}

function restore(scroller: HTMLElement, anchors: readonly Anchor[]): void {
  const anchor = anchors.find(({ id }) => itemOf(scroller, id));
  if (!anchor) return;
  const shiftPx = offsetOf(scroller, itemOf(scroller, anchor.id)!) - anchor.offsetPx;
  if (Math.abs(shiftPx) >= NO_SHIFT_PX) scroller.scrollTop += shiftPx;
}

/** A third below the top, so that earlier messages are visible too. */
function showItem(scroller: HTMLElement, item: HTMLElement): void {
  scroller.scrollTop += offsetOf(scroller, item) - scroller.clientHeight / 3;
  // The position bar keeps the focus, because every one of its keys jumps.
  if (!document.activeElement?.matches('input')) item.focus({ preventScroll: true });
}
