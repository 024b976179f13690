/** How close to the bottom counts as being there, once the reader moves towards it. */
const NEAR_PX = 32;
/** Browsers scroll by fractions: less than this is no distance. */
const NO_DISTANCE_PX = 1.5;

/**
 * Whether the reader follows the newest message after a scroll. Any move up lets go, however small, or a reader
 * could never get away from the bottom of a busy channel.
 * @param distancePx what is left below the visible part
 * @param movedPx how far the list moved, down is positive
 */
export function followsAfterScroll(wasFollowing: boolean, distancePx: number, movedPx: number): boolean {
  if (distancePx < NO_DISTANCE_PX) return true;
  if (movedPx < 0) return false;
  return wasFollowing || distancePx < NEAR_PX;
}
