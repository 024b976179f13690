import type { ReactionBody, ReactionClearBody, WireEmoji, WireReactionCount } from '@discord-relay/contracts';

export type ReactionChange =
  ({ action: 'add' | 'remove' } & ReactionBody) | ({ action: 'clear' } & ReactionClearBody);

/** The counts of a message after a reaction was added, removed, or all of one emoji or all were cleared. */
export function applyReaction(
  counts: readonly WireReactionCount[],
  change: ReactionChange,
): WireReactionCount[] {
  if (change.action === 'clear') {
    const { emoji } = change;
    return emoji === null ? [] : counts.filter((count) => !isSame(count.emoji, emoji));
  }
  const step = change.action === 'add' ? 1 : -1;
  const index = counts.findIndex(({ emoji }) => isSame(emoji, change.emoji));
  const current = counts[index] ?? { emoji: change.emoji, count: 0, burstCount: 0 };
  const next = {
    ...current,
    count: Math.max(0, current.count + step),
    burstCount: Math.max(0, current.burstCount + (change.burst ? step : 0)),
  };
  if (index < 0) return next.count > 0 ? [...counts, next] : [...counts];
  return next.count > 0 ? counts.with(index, next) : counts.toSpliced(index, 1);
}

/** A guild's own emoji is identified by its id, because its name may change. */
const isSame = (one: WireEmoji, other: WireEmoji): boolean =>
  one.id === null ? other.id === null && one.name === other.name : one.id === other.id;
