import type { FeedKey, Snowflake } from '@discord-relay/contracts';
import type { GuildSubscription } from '../chain/feed-hub.js';
import type { GuildView } from './guild-view.js';

/** What is followed: a channel, the channels of a guild, or its rooms. */
export type SubscriptionKey = FeedKey | `r:${string}`;
export const roomsKey = (guildId: string): SubscriptionKey => `r:${guildId}`;
export const isChannel = (key: SubscriptionKey): boolean => key.startsWith('c:');
/** The channel or guild that it is of. */
export const idOf = (key: SubscriptionKey): Snowflake => key.slice(2) as Snowflake;

/** A followed feed, and how it is given up. */
export interface SocketSubscription {
  guildId: Snowflake;
  guild: GuildSubscription;
  /** Of what concerns a guild. */
  view?: GuildView;
  /** Nothing is delivered any more. Harmless when repeated. */
  stop(): void;
}

/** What one socket follows. */
export class SocketSubscriptions {
  private readonly active = new Map<SubscriptionKey, SocketSubscription>();
  private closed = false;

  get channelCount(): number {
    return this.keys(isChannel).length;
  }

  all(): SocketSubscription[] {
    return [...this.active.values()];
  }

  ofGuild(guildId: string): SubscriptionKey[] {
    return this.keys((key) => this.active.get(key)!.guildId === guildId);
  }

  keys(wanted: (key: SubscriptionKey) => boolean = () => true): SubscriptionKey[] {
    return [...this.active.keys()].filter(wanted);
  }

  entries(): [SubscriptionKey, SocketSubscription][] {
    return [...this.active];
  }

  get(key: SubscriptionKey): SocketSubscription | undefined {
    return this.active.get(key);
  }

  /** A subscription that comes after the end is given up at once. */
  add(key: SubscriptionKey, subscription: SocketSubscription): void {
    if (!this.closed) return void this.active.set(key, subscription);
    subscription.stop();
    subscription.guild.release();
  }

  /** Stops delivery. The subscriptions are kept until the caller has new ones: the guild stays followed. */
  suspend(keys: readonly SubscriptionKey[]): SocketSubscription[] {
    return keys.flatMap((key) => {
      const subscription = this.active.get(key);
      this.active.delete(key);
      subscription?.stop();
      return subscription ? [subscription] : [];
    });
  }

  /** Returns whether it was followed. */
  remove(key: SubscriptionKey): boolean {
    const [subscription] = this.suspend([key]);
    subscription?.guild.release();
    return subscription !== undefined;
  }

  /** For ever. */
  close(): void {
    this.closed = true;
    for (const key of this.keys()) this.remove(key);
  }
}

export function releaseAll(subscriptions: readonly SocketSubscription[]): void {
  for (const { guild } of subscriptions) guild.release();
}
