import type { AccessChange } from '@discord-relay/contracts';

/** A change of a guild's own feed, reduced to its effect on rights. */
export interface TrailStep {
  seq: number;
  /** `seq` of the previous step. */
  prev: number;
  access: readonly AccessChange[] | null;
}

/** How rights in a guild changed after `from`. */
export interface RightsTrail {
  from: number;
  /** Newest `seq` of the feed. */
  head: number;
  steps: readonly TrailStep[];
}

export interface ChannelInTrail {
  id: string;
  /** For a thread, the channel whose overwrites apply to it. */
  parentId: string | null;
}

/**
 * The `seq` since which this user has had their current rights in the channel (null: in the guild as a whole); `from` if
 * they never changed. A step contains the new state but not the old one, so every step counts as a change, and so does a
 * missing step.
 */
export function rightsUnchangedSince(
  trail: RightsTrail,
  userId: string,
  channel: ChannelInTrail | null,
): number {
  let at = trail.from;
  let since = trail.from;
  for (const { seq, prev, access } of trail.steps) {
    if (prev > at) since = prev;
    if (access?.some((change) => concerns(change, userId, channel))) since = seq;
    at = seq;
  }
  return trail.head > at ? trail.head : since;
}

function concerns(change: AccessChange, userId: string, channel: ChannelInTrail | null): boolean {
  switch (change.of) {
    case 'guild':
    case 'role':
      return true;
    case 'channel':
      return channel !== null && [channel.id, channel.parentId].includes(change.channelId);
    case 'member':
      return change.userId === userId;
    case 'thread_members':
      return (
        change.threadId === channel?.id &&
        [...change.added, ...change.removed].some((each) => each === userId)
      );
    default:
      return (change satisfies never, true);
  }
}
