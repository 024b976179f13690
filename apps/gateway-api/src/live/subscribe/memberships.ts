import type { FeedKey, Snowflake } from '@discord-relay/contracts';
import type { GuildLease } from '../chain/feed-hub.js';
import type { GuildView } from './guild-view.js';

/** What is followed: a channel, the channels of a guild, or its rooms. */
export type FollowKey = FeedKey | `r:${string}`;
export const roomsOf = (guildId: string): FollowKey => `r:${guildId}`;
export const isChannel = (key: FollowKey): boolean => key.startsWith('c:');
/** The channel or guild that it is of. */
export const idOf = (key: FollowKey): Snowflake => key.slice(2) as Snowflake;

/** A followed feed, and how it is given up. */
export interface Membership {
  guildId: Snowflake;
  lease: GuildLease;
  /** Of what concerns a guild. */
  view?: GuildView;
  /** Nothing is delivered any more. Harmless when repeated. */
  stop(): void;
}

/** What one socket follows. */
export class Memberships {
  private readonly held = new Map<FollowKey, Membership>();
  private closed = false;

  get channelCount(): number {
    return this.keys(isChannel).length;
  }

  all(): Membership[] {
    return [...this.held.values()];
  }

  ofGuild(guildId: string): FollowKey[] {
    return this.keys((key) => this.held.get(key)!.guildId === guildId);
  }

  keys(wanted: (key: FollowKey) => boolean = () => true): FollowKey[] {
    return [...this.held.keys()].filter(wanted);
  }

  entries(): [FollowKey, Membership][] {
    return [...this.held];
  }

  get(key: FollowKey): Membership | undefined {
    return this.held.get(key);
  }

  /** A membership that comes after the end is given up at once. */
  hold(key: FollowKey, membership: Membership): void {
    if (!this.closed) return void this.held.set(key, membership);
    membership.stop();
    membership.lease.release();
  }

  /** Stops delivery. The leases are kept until the caller has new ones: the guild stays followed. */
  suspend(keys: readonly FollowKey[]): Membership[] {
    return keys.flatMap((key) => {
      const membership = this.held.get(key);
      this.held.delete(key);
      membership?.stop();
      return membership ? [membership] : [];
    });
  }

  /** Returns whether it was followed. */
  quit(key: FollowKey): boolean {
    const [membership] = this.suspend([key]);
    membership?.lease.release();
    return membership !== undefined;
  }

  /** For ever. */
  close(): void {
    this.closed = true;
    for (const key of this.keys()) this.quit(key);
  }
}

export function release(memberships: readonly Membership[]): void {
  for (const { lease } of memberships) lease.release();
}
