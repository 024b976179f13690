import { PROJECTIONS_CHANGED_SUBJECT } from '@discord-relay/contracts';
import type { Logger, NatsLink } from '@discord-relay/platform';
import type { ReadModelDatabase } from '../database/read-model.database.js';
import type { FeedHub } from './chain/feed-hub.js';
import type { SocketChangeSink } from './socket-change-sink.js';

/**
 * Takes the live side from one projection to the next: what the last one has is delivered before, what the next one
 * has beyond it afterwards, and then every socket gets what it follows anew.
 */
export class ProjectionSwitch {
  constructor(
    link: NatsLink,
    database: ReadModelDatabase,
    private readonly hub: FeedHub,
    private readonly sink: SocketChangeSink,
    private readonly logger: Logger,
  ) {
    database.onSwitch({ before: () => this.drain(), after: () => this.renew() });
    void link.connection.then((connection) =>
      connection.subscribe(PROJECTIONS_CHANGED_SUBJECT, { callback: () => database.checkActiveProjection() }),
    );
  }

  private async drain(): Promise<void> {
    try {
      await this.hub.catchUp();
    } catch (err) {
      this.logger.warn({ err }, 'changes of the last projection cannot be read: sockets get snapshots');
    }
  }

  private async renew(): Promise<void> {
    this.hub.switchProjection();
    await this.sink.renewSubscriptions();
  }
}
