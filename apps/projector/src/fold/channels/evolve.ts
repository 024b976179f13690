import {
  ROOM_CHANNEL_TYPES,
  type AccessChange,
  type ChannelChangeBody,
  type RoomDetails,
  type Snowflake,
} from '@discord-relay/contracts';
import { sameJson } from '../shared/same-json.js';
import type { ChannelFields, ChannelRow } from '../shared/rows.js';
import type { ChannelOp } from './ops.js';

/**
 * Applies a description. A deleted channel comes back only if Discord lists it (`synced`), because ids are not reused. A
 * description without a difference still raises the row's `seq`: see `RowSet`.
 */
export function upsertChannel(
  row: ChannelRow | undefined,
  { channel, synced, isThread }: Pick<ChannelOp & { op: 'upsert' }, 'channel' | 'synced' | 'isThread'>,
  seq: number,
): ChannelRow | null {
  if (row && row.deleted_at !== null && !synced) return null;
  const next = { ...UNKNOWN_CHANNEL, ...row, ...channel, imported: false, deleted_at: null, seq };
  // null means "not a thread": a thread whose state is not known counts as active.
  return isThread ? { ...next, archived: next.archived ?? false } : next;
}

/** Applies what events say about a channel besides its description, perhaps before it. */
export function patchChannel(
  row: ChannelRow | undefined,
  channel: ChannelFields,
  seq: number,
): ChannelRow | null {
  if (row && row.deleted_at !== null) return null;
  return { ...UNKNOWN_CHANNEL, deleted_at: null, ...row, ...channel, seq };
}

/** Applies the description of an export, while nothing else describes the channel. */
export function importChannel(
  row: ChannelRow | undefined,
  channel: ChannelFields,
  seq: number,
): ChannelRow | null {
  if (row && (row.deleted_at !== null || row.type !== null)) return null;
  // An archive that nobody may continue: a thread of it is archived.
  const archived = THREAD_TYPES.has(channel.type ?? null) ? true : null;
  return { ...UNKNOWN_CHANNEL, deleted_at: null, ...row, ...channel, archived, imported: true, seq };
}

/** Archives a thread that Discord does not list as active. */
export function archiveThread(row: ChannelRow | undefined, seq: number): ChannelRow | null {
  return row && row.archived === false && row.deleted_at === null ? { ...row, archived: true, seq } : null;
}

/** A deletion; of an unknown channel it leaves a tombstone. */
export function deleteChannel(
  row: ChannelRow | undefined,
  ids: Pick<ChannelRow, 'id' | 'guild_id'>,
  at: string,
  seq: number,
): ChannelRow | null {
  if (row && row.deleted_at !== null) return null;
  return { ...(row ?? { ...UNKNOWN_CHANNEL, ...ids }), deleted_at: at, seq };
}

/** Announcement, public and private threads. */
const THREAD_TYPES: ReadonlySet<number | null> = new Set([10, 11, 12]);

/**
 * Whether a channel no longer exists, given Discord's list of the guild's channels. The list omits archived threads, which
 * still exist; a channel without a description may be one, and one that only an import describes may be older.
 */
export function isGone(row: ChannelRow, listed: ReadonlySet<Snowflake>): boolean {
  if (row.imported) return false;
  const isArchivable = THREAD_TYPES.has(row.type) && row.parent_id !== null;
  return row.type !== null && !listed.has(row.id) && !(isArchivable && listed.has(row.parent_id!));
}

/** A channel with a known name and type; clients learn about it only then. */
export type DescribedChannel = ChannelRow & { name: string; type: number };

export const isDescribed = (row: ChannelRow): row is DescribedChannel =>
  row.name !== null && row.type !== null;

/** Whether the channel exists as far as clients know. */
const isThere = (row: ChannelRow | undefined): row is DescribedChannel =>
  row !== undefined && isDescribed(row) && row.deleted_at === null;

/** The change of a channel that clients receive. */
export function channelBody(before: ChannelRow | undefined, row: DescribedChannel): ChannelChangeBody {
  const { id, name, type, guild_id: serverId, parent_id, archived } = row;
  return {
    id,
    name,
    type,
    serverId,
    ...(parent_id !== null && { parentId: parent_id }),
    ...(archived !== null && { archived }),
    deleted: row.deleted_at !== null,
    ...(ROOM_CHANNEL_TYPES.has(type) && { room: roomDetails(before, row) }),
  };
}

const roomDetails = (before: ChannelRow | undefined, row: ChannelRow): RoomDetails => ({
  created: row.deleted_at === null && !isThere(before),
  parentId: row.parent_id,
  userLimit: row.user_limit,
});

const UNKNOWN_CHANNEL = {
  type: null,
  name: null,
  topic: null,
  position: null,
  parent_id: null,
  nsfw: null,
  overwrites: null,
  available_tags: null,
  last_pin_at: null,
  user_limit: null,
  bitrate: null,
  status: null,
  owner_id: null,
  archived: null,
  locked: null,
  invitable: null,
  archive_changed_at: null,
  auto_archive_minutes: null,
  thread_created_at: null,
  applied_tag_ids: null,
  message_count: null,
  member_count: null,
  imported: false,
} as const;

/**
 * The announcement of a deleted channel omits overwrites: those of many channels in one change could exceed the maximum
 * message size.
 */
export const channelAccess = ({ id, type, parent_id, overwrites, deleted_at }: ChannelRow): AccessChange => ({
  of: 'channel',
  channelId: id,
  type,
  parentId: parent_id,
  overwrites: deleted_at === null ? overwrites : null,
  deleted: deleted_at !== null,
});

/** A deletion always affects access, even of a thread without a description: nobody is in it any more. */
export function channelDecides(before: ChannelRow | undefined, after: ChannelRow): boolean {
  if (after.deleted_at !== null || !before || before.deleted_at !== null) return true;
  const { type, parent_id, overwrites } = after;
  return before.type !== type || before.parent_id !== parent_id || !sameJson(before.overwrites, overwrites);
}
