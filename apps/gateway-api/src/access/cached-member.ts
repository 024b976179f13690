import type { AccessChange } from '@discord-relay/contracts';
import type { MemberFacts } from './guild-facts.js';
import type { MemberRules, Rights } from './permissions.js';

export type MemberChange = Extract<AccessChange, { of: 'member' | 'thread_members' }>;

/** A member uses few channels often; caching the others is not worth the memory. */
const MAX_CACHED = 64;

/** A member in memory, with their rights as computed since the last change that affected them. */
export class CachedMember {
  rules: MemberRules;
  left: boolean;
  guest: boolean;
  private readonly threads: Set<string>;
  private readonly cachedRights = new Map<string, Rights>();
  private cachedTimedOut = false;
  private cachedBase: bigint | null | undefined;

  /** @param seq changes up to this sequence are included in `facts` */
  constructor(
    facts: MemberFacts,
    private readonly seq: number,
  ) {
    this.rules = facts;
    this.left = facts.left;
    this.guest = facts.guest;
    this.threads = new Set(facts.threadIds);
  }

  /** Whether they are a member of the guild. Guests and former members are not. */
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
    if (this.cachedBase === undefined) this.cachedBase = find();
    return this.cachedBase;
  }

  /** Rights depend on whether a timeout is in force, and a timeout ends without a change. */
  rightsIn(channelId: string, nowMs: number, find: () => Rights): Rights {
    const timedOut = this.rules.timedOutUntilMs > nowMs;
    if (this.cachedTimedOut !== timedOut || this.cachedRights.size >= MAX_CACHED) this.cachedRights.clear();
    this.cachedTimedOut = timedOut;
    let rights = this.cachedRights.get(channelId);
    if (!rights) this.cachedRights.set(channelId, (rights = find()));
    return rights;
  }

  invalidate(): void {
    this.cachedRights.clear();
    this.cachedBase = undefined;
  }

  invalidateChannel(channelId: string): void {
    this.cachedRights.delete(channelId);
  }

  /** Applies a change that names this member. Returns whether anything changed. */
  apply(change: MemberChange, seq: number): boolean {
    const { userId } = this.rules;
    if (!this.isOlderThan(seq)) return false;
    this.invalidate();
    if (change.of === 'member') {
      const { roleIds, timedOutUntil, left } = change;
      this.rules = { userId, roleIds, timedOutUntilMs: timeoutOf(timedOutUntil) };
      this.left = left;
      this.guest = change.guest ?? this.guest;
      // As in the rows: a member who leaves the guild also leaves its threads.
      if (left) this.threads.clear();
    } else if (change.removed.some((id) => id === userId)) this.threads.delete(change.threadId);
    else this.threads.add(change.threadId);
    return true;
  }
}

/** The end of a timeout in milliseconds since the Unix epoch; 0: no timeout. A timeout whose end cannot be parsed never ends. */
function timeoutOf(iso: string | null): number {
  if (iso === null) return 0;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? Infinity : ms;
}
