import type { Snowflake } from '../snowflake.js';
import type { WireGuild, WireHistoryMessage } from '../wire/wire-events.js';
import type { WireRoom } from '../wire/wire-rooms.js';
import type { RestAsOf, RestTombstone } from './rest-as-of.js';
import type { RestChannel, RestMember, RestRole } from './rest-places.js';

/** What differs between two lists. */
export interface ListDiff<Item> {
  added: Item[];
  removed: Item[];
  changed: { before: Item; after: Item }[];
}

/** `GET /api/v1/guilds/:id/diff`: what changed after the event of `from`, up to that of `to`. */
export interface RestGuildDiff {
  from: RestAsOf;
  to: RestAsOf;
  /** The name or the icon; null: neither changed. */
  server: { before: WireGuild; after: WireGuild } | null;
  channels: ListDiff<RestChannel>;
  roles: ListDiff<RestRole>;
  /** Rooms, and the users in them. */
  rooms: ListDiff<WireRoom>;
  /** A page of the members that changed, ordered by id. */
  members: ListDiff<RestMember>;
  /** The `after` of the next page of members; null: this is the last page. */
  next: Snowflake | null;
}

/** `GET /api/v1/channels/:id/diff`: a page of the messages that changed, ordered by id. Reactions do not count as a change. */
export interface RestChannelDiff {
  from: RestAsOf;
  to: RestAsOf;
  /** Messages that were created, as they were at the end. */
  created: WireHistoryMessage[];
  changed: { before: WireHistoryMessage; after: WireHistoryMessage }[];
  /** Messages that were deleted, or changed and were deleted later. */
  deleted: RestTombstone[];
  /** The `after` of the next page; null: this is the last page. */
  next: Snowflake | null;
}
