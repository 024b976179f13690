import { isDeepStrictEqual } from 'node:util';
import type { ListDiff, RestGuildDiff, RestMember, WireGuild } from '@discord-relay/contracts';
import { changedMembers, type SeqRange } from '../../read/as-of/diff.query.js';
import { listGuildsAsOf } from '../../read/guilds.query.js';
import { findMembersAsOf, listRolesAsOf } from '../../read/members.query.js';
import type { PointInTime, Reading } from '../as-of/as-of-context.js';
import { channelsAsOf, roomsAsOf } from '../as-of/places-as-of.js';

interface MemberPage {
  after: string;
  limit: number;
}

/** What differs between two states of a guild. */
export async function guildDiff(
  reading: Reading,
  guildId: string,
  { from, to }: { from: PointInTime; to: PointInTime },
  page: MemberPage,
): Promise<RestGuildDiff> {
  const { query } = reading;
  const atEnds = async <T>(read: (end: PointInTime) => Promise<T>): Promise<[T, T]> => [
    await read(from),
    await read(to),
  ];
  const [server, serverThen] = await atEnds(({ point }) => listGuildsAsOf(query, [guildId], point.seq));
  const channels = await atEnds(({ point }) => channelsAsOf(reading, guildId, point));
  const roles = await atEnds(({ point }) => listRolesAsOf(query, guildId, point.seq));
  const rooms = await atEnds(({ point }) => roomsAsOf(reading, guildId, point));
  return {
    from: from.asOf,
    to: to.asOf,
    server: serverChange(server[0], serverThen[0]),
    channels: listDiff(channels, ({ id }) => id),
    roles: listDiff(roles, ({ id }) => id),
    rooms: listDiff(rooms, ({ channelId }) => channelId),
    ...(await memberDiff(reading, guildId, { from: from.point.seq, to: to.point.seq }, page)),
  };
}

const serverChange = (before?: WireGuild, after?: WireGuild): RestGuildDiff['server'] =>
  before && after && !isDeepStrictEqual(before, after) ? { before, after } : null;

async function memberDiff(
  { query }: Reading,
  guildId: string,
  range: SeqRange,
  { after, limit }: MemberPage,
): Promise<Pick<RestGuildDiff, 'members' | 'next'>> {
  const ids = await changedMembers(query, guildId, range, { after, limit: limit + 1 });
  const page = ids.slice(0, limit);
  const membersAt = async (seq: number): Promise<RestMember[]> =>
    (await findMembersAsOf(query, guildId, page, seq)).members;
  return {
    members: listDiff([await membersAt(range.from), await membersAt(range.to)], ({ userId }) => userId),
    next: ids.length > limit ? page.at(-1)! : null,
  };
}

/** Items are the same if their ids are. */
function listDiff<Item>(
  [before, after]: readonly [Item[], Item[]],
  idOf: (item: Item) => string,
): ListDiff<Item> {
  const old = new Map(before.map((item) => [idOf(item), item]));
  const now = new Map(after.map((item) => [idOf(item), item]));
  return {
    added: after.filter((item) => !old.has(idOf(item))),
    removed: before.filter((item) => !now.has(idOf(item))),
    changed: after.flatMap((item) => {
      const earlier = old.get(idOf(item));
      return earlier === undefined || isDeepStrictEqual(earlier, item)
        ? []
        : [{ before: earlier, after: item }];
    }),
  };
}
