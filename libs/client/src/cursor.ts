import type { Positioned } from '@discord-relay/contracts/wire';

/** `apply`: it is next, take it and stand at its `seq`; `duplicate`: seen, drop it; `gap`: something is missing. */
export type Verdict = 'apply' | 'duplicate' | 'gap';

/**
 * The one rule that keeps a follower of a feed exact, whatever the network drops, repeats or cuts.
 * All but the last event of one change keep the cursor where it is (`seq === prev`): cut in the middle, they come
 * again, so applying them twice has to be harmless.
 */
export function judge(cursor: number, event: Positioned): Verdict {
  if (event.prev === cursor) return 'apply';
  return event.seq <= cursor ? 'duplicate' : 'gap';
}
