import { CoalescingQueue } from '@discord-relay/platform';
import type { GatewayApiConfig } from '../../config.js';
import type { ReadModelDatabase } from '../../database/read-model.database.js';
import type { QueueUpdates } from '../../queue/live/queue-updates.js';
import type { FeedHub } from '../chain/feed-hub.js';
import type { TopicBroadcaster } from '../wire/wire-socket.js';
import { ChannelRenewals } from './channel-renewals.js';
import { SnapshotReader } from './snapshot-reader.js';
import type { ChangeRouter } from '../chain/change-router.js';
import { SnapshotThenTail } from './snapshot-then-tail.js';
import type { PositionBroadcast } from './position-broadcast.js';

/** Services that all sessions share. */
export interface SessionServices {
  reader: SnapshotReader;
  snapshotThenTail: SnapshotThenTail;
  renewals: ChannelRenewals;
  router: ChangeRouter;
  hub: FeedHub;
  queue: Pick<QueueUpdates, 'subscribe'>;
  positions: PositionBroadcast;
  /** Runs work that is not urgent, a few tasks at a time. */
  background: CoalescingQueue;
  maxJoins: number;
}

export const SESSION_SERVICES = Symbol('SessionServices');

type Limits = Pick<
  GatewayApiConfig,
  'RESUME_MAX_EVENTS' | 'SOCKET_BUFFER_MAX_BYTES' | 'PUBLIC_CHANNELS' | 'MAX_JOINS_PER_SOCKET'
>;

/** Number of sessions whose lists are refreshed at a time when the rights of many users change. */
const REFRESHED_AT_A_TIME = 4;

export const createSessionServices =
  (config: Limits) =>
  (
    broadcaster: TopicBroadcaster,
    database: ReadModelDatabase,
    hub: FeedHub,
    router: ChangeRouter,
    positions: PositionBroadcast,
    queue: QueueUpdates,
  ): SessionServices => {
    const limits = { maxEvents: config.RESUME_MAX_EVENTS, maxBytes: config.SOCKET_BUFFER_MAX_BYTES / 2 };
    const reader = new SnapshotReader(database, limits, config.PUBLIC_CHANNELS);
    const snapshotThenTail = new SnapshotThenTail(hub, router);
    return {
      reader,
      snapshotThenTail,
      renewals: new ChannelRenewals({ reader, snapshotThenTail, positions, broadcaster }),
      router,
      hub,
      queue,
      positions,
      background: new CoalescingQueue(REFRESHED_AT_A_TIME),
      maxJoins: config.MAX_JOINS_PER_SOCKET,
    };
  };
