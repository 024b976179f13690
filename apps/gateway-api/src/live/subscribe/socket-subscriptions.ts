import type { FeedKey, Snowflake } from '@discord-relay/contracts';
import type { GuildSubscription } from '../chain/feed-hub.js';
import type { GuildView } from './guild-view.js';

/** The key of a subscription: to a channel, or to the channels, the rooms or the support queue of a guild. */
export type SubscriptionKey = FeedKey | `r:${string}` | `q:${string}`;
export const roomsKey = (guildId: string): SubscriptionKey => `r:${guildId}`;
export const queueKey = (guildId: string): SubscriptionKey => `q:${guildId}`;
export const isQueue = (key: SubscriptionKey): boolean => key.startsWith('q:');
export const isChannel = (key: SubscriptionKey): boolean => key.startsWith('c:');
/** The channel or guild of the key. */
export const idOf = (key: SubscriptionKey): Snowflake => key.slice(2) as Snowflake;

/** A subscription to a feed, and how to end it. */
export interface SocketSubscription {
  guildId: Snowflake;
  guild: GuildSubscription;
  /** Set for subscriptions to a guild's feed. */
  view?: GuildView;
  /** Ends delivery. Idempotent. */
  stop(): void;
}

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

  keys(isSelected: (key: SubscriptionKey) => boolean = () => true): SubscriptionKey[] {
    return [...this.active.keys()].filter(isSelected);
  }

  entries(): [SubscriptionKey, SocketSubscription][] {
    return [...this.active];
  }

  get(key: SubscriptionKey): SocketSubscription | undefined {
    return this.active.get(key);
  }

  /** Adds a subscription. After {@link close} it is stopped at once. */
  add(key: SubscriptionKey, subscription: SocketSubscription): void {
    if (!this.closed) return void this.active.set(key, subscription);
    subscription.stop();
    subscription.guild.release();
  }

  /** Stops delivery and returns the subscriptions. The caller releases them once it has new ones, so that the guild stays subscribed. */
  suspend(keys: readonly SubscriptionKey[]): SocketSubscription[] {
    return keys.flatMap((key) => {
      const subscription = this.active.get(key);
      this.active.delete(key);
      subscription?.stop();
      return subscription ? [subscription] : [];
    });
  }

  /** Returns whether there was one. */
  remove(key: SubscriptionKey): boolean {
    const [subscription] = this.suspend([key]);
    subscription?.guild.release();
    return subscription !== undefined;
  }

  /** Stops all subscriptions, also those that are added later. */
  close(): void {
    this.closed = true;
    for (const key of this.keys()) this.remove(key);
  }
}

export function releaseAll(subscriptions: readonly SocketSubscription[]): void {
  for (const { guild } of subscriptions) guild.release();
}
