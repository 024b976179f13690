import { AppError, type QueueEntry, type QueueUpdate, type Snowflake } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import type { GuildSubscription } from '../chain/feed-hub.js';
import type { SocketWriter } from '../wire/socket-writer.js';
import type { SessionServices } from './session-services.js';
import type { Subscriber } from './snapshot-then-tail.js';
import { isQueue, queueKey, releaseAll, type SocketSubscriptions } from './socket-subscriptions.js';

/** Subscribes a socket to support queues, limited to what its user may read. */
export class QueueSubscriber {
  constructor(
    private readonly subscriber: Subscriber & { readonly isLagging: boolean },
    private readonly subscriptions: SocketSubscriptions,
    private readonly writer: SocketWriter,
    private readonly services: SessionServices,
  ) {}

  /** Resolves to the cursor after which updates are sent. @throws AppError `GUILD.NOT_FOUND` */
  async subscribe(guildId: Snowflake): Promise<number> {
    const before = this.subscriptions.suspend([queueKey(guildId)]);
    const guild = this.services.hub.subscribe(guildId, this.subscriber);
    try {
      await this.requireGuild(guild);
      const { seq, stop } = await this.services.queue.subscribe(guildId, (update) =>
        this.send(update, guild),
      );
      this.subscriptions.add(queueKey(guildId), { guildId, guild, stop });
      return seq;
    } catch (error) {
      guild.release();
      throw error;
    } finally {
      releaseAll(before);
    }
  }

  unsubscribe(guildId: Snowflake): void {
    this.subscriptions.remove(queueKey(guildId));
  }

  /** The user's rights changed, or updates were missed: the client reads the queue again. */
  reload(guildId?: string): void {
    for (const [key, subscription] of this.subscriptions.entries()) {
      if (!isQueue(key) || (guildId !== undefined && subscription.guildId !== guildId)) continue;
      const { seq } = subscription.guild.access;
      this.writer.emit('queue_update', { guildId: subscription.guildId, entries: [], reload: true, seq });
    }
  }

  private async requireGuild(guild: GuildSubscription): Promise<void> {
    await guild.ready();
    if (guild.access.seesGuild(this.subscriber.principal)) return;
    // Access may have been granted just now.
    await guild.catchUp();
    if (!guild.access.seesGuild(this.subscriber.principal)) throw new AppError('GUILD.NOT_FOUND');
  }

  private send(update: QueueUpdate, guild: GuildSubscription): void {
    if (this.subscriber.isLagging) return;
    const entries = update.entries.filter((entry) => this.mayReceive(entry, guild));
    if (entries.length > 0 || update.reload) this.writer.emit('queue_update', { ...update, entries });
  }

  private mayReceive({ channelId, state }: QueueEntry, { access }: GuildSubscription): boolean {
    const { principal } = this.subscriber;
    if (state === 'gone') return access.mayLearnOf(principal, channelId, wallClockMs());
    return access.rights(principal, channelId, wallClockMs()).history;
  }
}
