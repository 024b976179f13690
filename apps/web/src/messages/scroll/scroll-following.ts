/** How close to the bottom counts as being there, when the reader scrolls towards it. */
const NEAR_PX = 32;
/** Browsers scroll by fractions: a smaller distance is treated as none. */
const NO_DISTANCE_PX = 1.5;

/**
 * Whether the reader follows the newest message after a scroll. Any upward movement stops following, however small, otherwise a
 * reader could never leave the bottom of a busy channel.
 * @param distancePx remaining distance to the bottom
 * @param movedPx how far the list moved, positive downwards
 */
export function followsAfterScroll(wasFollowing: boolean, distancePx: number, movedPx: number): boolean {
  if (distancePx < NO_DISTANCE_PX) return true;
  if (movedPx < 0) return false;
  return wasFollowing || distancePx < NEAR_PX;
}
