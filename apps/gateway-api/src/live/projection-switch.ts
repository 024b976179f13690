import { PROJECTIONS_CHANGED_SUBJECT } from '@discord-relay/contracts';
import type { Logger, NatsLink } from '@discord-relay/platform';
import type { ReadModelDatabase } from '../database/read-model.database.js';
import type { FeedHub } from './chain/feed-hub.js';
import type { SocketChangeSink } from './socket-change-sink.js';

/**
 * Switches live delivery from one projection to the next: delivers the remaining changes of the old one, then those that
 * only the new one has, and then sends new snapshots to every socket.
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
      this.logger.warn(
        { err },
        'cannot read the remaining changes of the old projection; sockets get new snapshots',
      );
    }
  }

  private async renew(): Promise<void> {
    this.hub.switchProjection();
    await this.sink.renewSubscriptions();
  }
}
