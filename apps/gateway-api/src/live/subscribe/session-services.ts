import type { ChannelRenewals } from './channel-renewals.js';
import type { FeedReader } from './feed-reader.js';
import type { FeedRooms } from '../chain/feed-rooms.js';
import type { Following } from './follow.js';
import type { PacedWork } from '../../limits/paced-work.js';
import type { Positions } from './positions.js';

/** What a session works with, shared by all. */
export interface SessionServices {
  reader: FeedReader;
  following: Following;
  renewals: ChannelRenewals;
  rooms: FeedRooms;
  positions: Positions;
  /** For what has no hurry and would be much at once. */
  later: PacedWork;
  maxJoins: number;
}
