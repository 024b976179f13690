import { isSnowflake, type EventType, type RelayEvent } from '@discord-relay/contracts';

type Ids = Partial<
  Record<
    | 'id'
    | 'ids'
    | 'messageId'
    | 'channelId'
    | 'threadId'
    | 'userId'
    | 'targetId'
    | 'gapId'
    | 'added'
    | 'removed',
    unknown
  >
> & {
  user?: { id?: unknown };
};

/** The parts of an event that parking reads; its data may have any shape. */
export interface ParkingFacts {
  type: EventType;
  guildId: string;
  data: Ids;
}

export const parkingFacts = ({ type, guildid, data }: RelayEvent): ParkingFacts => ({
  type,
  guildId: guildid,
  data: data as Ids,
});

/**
 * Prefix of the keys of everything that `guild.synced` and `thread.list_synced` list. A list also removes what it does not
 * contain.
 */
const LISTED = 'listed:';

/** `members:<guild>` is a guild's list of members; a listed member waits for that list as well. */
const MEMBERS = 'members:';

/** Keys for those of the values that are ids. */
export const keysOf = (kind: string, ...ids: unknown[]): string[] =>
  ids.filter(isSnowflake).map((id) => `${kind}:${id}`);

/** Keys of things that the guild's lists contain. */
export const listed = (guildId: string, keys: string[]): string[] =>
  keys.length > 0 ? [...keys, `${LISTED}${guildId}`] : [];

/** Keys of things that the guild's member list contains. */
export const listedMembers = (guildId: string, keys: string[]): string[] =>
  keys.length > 0 ? [...keys, `${LISTED}${MEMBERS}${guildId}`] : [];

export const memberListKeys = (guildId: string): string[] => keysOf('members', guildId);

/**
 * The keys for which an event must wait if an earlier event has them. Only the guild's own events wait for everything
 * listed: an entity that is projected after a list without it would come back.
 */
export function waitsFor(keys: readonly string[]): readonly string[] {
  if (keys.some((key) => key.startsWith('guild:') || key.startsWith(MEMBERS))) return keys;
  return keys.flatMap((key) => {
    if (!key.startsWith(LISTED)) return [key];
    const list = key.slice(LISTED.length);
    return list.startsWith(MEMBERS) ? [list] : [];
  });
}

export const asList = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
