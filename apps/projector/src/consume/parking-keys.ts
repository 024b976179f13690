import { isSnowflake, type RelayEvent } from '@discord-relay/contracts';

type Ids = Partial<
  Record<
    'id' | 'ids' | 'messageId' | 'channelId' | 'threadId' | 'userId' | 'gapId' | 'added' | 'removed',
    unknown
  >
> & {
  user?: { id?: unknown };
};

/** Of what is in the lists of `guild.synced` and `thread.list_synced`, with the guild's id: a list says too what is no longer there. */
const LISTED = 'listed:';

/** So with a guild's members: `members:<guild>` is the list, and what is in it waits for the list as well. */
const MEMBERS = 'members:';

/**
 * Of the keys of an event, those of an earlier one that it has to wait for. Only the guild's own events wait for all that
 * is listed: such a thing, projected after a list that does not have it, would come back.
 */
export function waitsFor(keys: readonly string[]): readonly string[] {
  if (keys.some((key) => key.startsWith('guild:') || key.startsWith(MEMBERS))) return keys;
  return keys.flatMap((key) => {
    if (!key.startsWith(LISTED)) return [key];
    const list = key.slice(LISTED.length);
    return list.startsWith(MEMBERS) ? [list] : [];
  });
}

/**
 * What an event is about: the smallest things whose later events have to wait for it, see ADR 13. Read from `data` even
 * where that is not what its type says; of an event that does not tell, nothing is known to depend on it.
 */
export function parkingKeys(event: RelayEvent): string[] {
  const data = event.data as Ids;
  const keys = (kind: string, ...ids: unknown[]) => ids.filter(isSnowflake).map((id) => `${kind}:${id}`);
  const found = keysOf(event, data, keys);
  return found.length > 0 ? found : [`event:${event.id}`];
}

function keysOf(event: RelayEvent, data: Ids, keys: (kind: string, ...ids: unknown[]) => string[]): string[] {
  const [family] = event.type.split('.');
  const listed = (found: string[]) => (found.length > 0 ? [...found, `${LISTED}${event.guildid}`] : []);
  if (event.type === 'thread.list_synced') return listed(keys('guild', event.guildid));
  const ofMembers = (found: string[]) =>
    found.length > 0 ? [...found, `${LISTED}${MEMBERS}${event.guildid}`] : [];
  if (event.type === 'member.range_listed') return ofMembers(keys('members', event.guildid));
  switch (family) {
    case 'message':
      return keys('message', data.id, ...list(data.ids));
    case 'reaction':
    case 'poll':
      return keys('message', data.messageId);
    case 'thread':
      if (event.type !== 'thread.members_updated') return listed(keys('channel', data.id ?? data.threadId));
      // Who leaves the guild leaves its threads.
      return [
        ...listed(keys('channel', data.threadId)),
        ...ofMembers(keys(`member:${event.guildid}`, ...list(data.added), ...list(data.removed))),
      ];
    case 'channel':
    case 'room':
      return listed(keys('channel', data.id ?? data.channelId));
    case 'role':
      return listed(keys('role', data.id));
    case 'member':
      return ofMembers(keys(`member:${event.guildid}`, data.user?.id));
    case 'ban':
      return keys(`member:${event.guildid}`, data.user?.id);
    case 'voice':
      return listed(keys(`voice:${event.guildid}`, data.userId));
    case 'gap':
      return typeof data.gapId === 'string' ? [`gap:${data.gapId}:${event.guildid}`] : [];
    default:
      return listed(keys('guild', event.guildid));
  }
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
