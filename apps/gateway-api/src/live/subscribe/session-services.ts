import type { CoalescingQueue } from '@discord-relay/platform';
import type { ChannelRenewals } from './channel-renewals.js';
import type { SnapshotReader } from './snapshot-reader.js';
import type { ChangeRouter } from '../chain/change-router.js';
import type { SnapshotThenTail } from './snapshot-then-tail.js';
import type { PositionBroadcast } from './position-broadcast.js';

/** What a session works with, shared by all. */
export interface SessionServices {
  reader: SnapshotReader;
  snapshotThenTail: SnapshotThenTail;
  renewals: ChannelRenewals;
  router: ChangeRouter;
  positions: PositionBroadcast;
  /** For what has no hurry and would be much at once. */
  background: CoalescingQueue;
  maxJoins: number;
}
