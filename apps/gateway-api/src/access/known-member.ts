import type { AccessChange } from '@discord-relay/contracts';
import type { MemberFacts } from './guild-facts.js';
import type { MemberRules, Rights } from './permissions.js';

export type MemberChange = Extract<AccessChange, { of: 'member' | 'thread_members' }>;

/** What is asked about more than once is asked about few channels: the rest is not worth its memory. */
const MAX_FOUND = 64;

/** A member in memory, with what was found out of them since what it depends on changed. */
export class KnownMember {
  rules: MemberRules;
  left: boolean;
  guest: boolean;
  private readonly threads: Set<string>;
  private readonly found = new Map<string, Rights>();
  private foundTimedOut = false;
  private foundBase: bigint | null | undefined;

  /** @param seq changes up to it are in `facts` */
  constructor(
    facts: MemberFacts,
    private readonly seq: number,
  ) {
    this.rules = facts;
    this.left = facts.left;
    this.guest = facts.guest;
    this.threads = new Set(facts.threadIds);
  }

  /** Whether they belong to the guild. A guest does not, and neither does who left. */
  get isInside(): boolean {
    return !this.left && !this.guest;
  }

  isOlderThan(seq: number): boolean {
    return this.seq < seq;
  }

  isIn(threadId: string): boolean {
    return this.threads.has(threadId);
  }

  base(find: () => bigint | null): bigint | null {
    if (this.foundBase === undefined) this.foundBase = find();
    return this.foundBase;
  }

  /** A timeout makes another difference, and ends without a change. */
  rightsIn(channelId: string, nowMs: number, find: () => Rights): Rights {
    const timedOut = this.rules.timedOutUntilMs > nowMs;
    if (this.foundTimedOut !== timedOut || this.found.size >= MAX_FOUND) this.found.clear();
    this.foundTimedOut = timedOut;
    let rights = this.found.get(channelId);
    if (!rights) this.found.set(channelId, (rights = find()));
    return rights;
  }

  forget(): void {
    this.found.clear();
    this.foundBase = undefined;
  }

  forgetChannel(channelId: string): void {
    this.found.delete(channelId);
  }

  /** A change that names this member. Returns whether it was news. */
  apply(change: MemberChange, seq: number): boolean {
    const { userId } = this.rules;
    if (!this.isOlderThan(seq)) return false;
    this.forget();
    if (change.of === 'member') {
      const { roleIds, timedOutUntil, left } = change;
      this.rules = { userId, roleIds, timedOutUntilMs: timeoutOf(timedOutUntil) };
      this.left = left;
      this.guest = change.guest ?? this.guest;
      // As in the rows: who leaves the guild leaves its threads.
      if (left) this.threads.clear();
    } else if (change.removed.some((id) => id === userId)) this.threads.delete(change.threadId);
    else this.threads.add(change.threadId);
    return true;
  }
}

/** Milliseconds since the Unix epoch; 0: none. A time that cannot be read does not end. */
export function timeoutOf(iso: string | null): number {
  if (iso === null) return 0;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? Infinity : ms;
}
