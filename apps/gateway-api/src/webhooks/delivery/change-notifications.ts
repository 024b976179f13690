import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { guildChangesSubject } from '@discord-relay/contracts';
import type { Logger, NatsLink } from '@discord-relay/platform';
import { parseAnnouncement } from '../../live/chain/announcement.js';

/**
 * Receives announcements of changes, so that deliveries start sooner than the next poll. Nothing depends on them, because
 * polling finds every change.
 */
export class ChangeNotifications {
  private connection: NatsConnection | undefined;
  private readonly subscriptions = new Map<string, Subscription>();

  constructor(
    link: NatsLink,
    private readonly notify: (guildId: string, seq: number) => void,
    private readonly logger: Logger,
  ) {
    void link.connection.then((connection) => (this.connection = connection));
  }

  /** Subscribes to these guilds, and to no others. */
  subscribeTo(guildIds: ReadonlySet<string>): void {
    for (const [guildId, subscription] of this.subscriptions) {
      if (guildIds.has(guildId)) continue;
      this.subscriptions.delete(guildId);
      if (!this.connection?.isClosed()) subscription.unsubscribe();
    }
    const { connection } = this;
    if (!connection || connection.isClosed() || connection.isDraining()) return;
    for (const guildId of guildIds)
      if (!this.subscriptions.has(guildId))
        this.subscriptions.set(guildId, this.subscribe(connection, guildId));
  }

  private subscribe(connection: NatsConnection, guildId: string): Subscription {
    return connection.subscribe(guildChangesSubject(guildId), {
      callback: (err, message) => {
        if (err) return this.logger.warn({ err, guildId }, 'changes subscription failed');
        const announcement = parseAnnouncement(message.subject, message.string());
        if (announcement)
          this.notify(guildId, announcement.kind === 'change' ? announcement.change.seq : announcement.seq);
      },
    });
  }
}
