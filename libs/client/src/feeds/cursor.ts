import type { Positioned } from '@discord-relay/contracts/wire';

/** `apply`: it is the next event, so the cursor moves to its `seq`; `duplicate`: drop it; `hole`: events before it are missing. */
export type Verdict = 'apply' | 'duplicate' | 'hole';

/**
 * The one rule that keeps a feed exact, whatever the network loses, repeats or interrupts. All but the last event of a change
 * leave the cursor where it is (`seq === prev`): after an interruption they come again, so applying them twice must be
 * harmless.
 */
export function judge(cursor: number, event: Positioned): Verdict {
  if (event.prev === cursor) return 'apply';
  return event.seq <= cursor ? 'duplicate' : 'hole';
}
