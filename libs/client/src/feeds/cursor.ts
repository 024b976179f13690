import type { Positioned } from '@discord-relay/contracts/wire';

/** `apply`: it is the next event, so the cursor moves to its `seq`; `duplicate`: drop it; `hole`: events before it are missing. */
export type Verdict = 'apply' | 'duplicate' | 'hole';

/**
 * The rule that keeps a feed exact although the network loses, repeats or interrupts events. Only the last event of a change
 * moves the cursor; the others keep it (`seq === prev`): after an interruption they are sent again, so applying them twice
 * must be harmless.
 */
export function judge(cursor: number, event: Positioned): Verdict {
  if (event.prev === cursor) return 'apply';
  return event.seq <= cursor ? 'duplicate' : 'hole';
}
