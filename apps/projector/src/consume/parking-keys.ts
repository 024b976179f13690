import { isSnowflake, type RelayEvent } from '@discord-relay/contracts';

type Ids = Partial<
  Record<'id' | 'ids' | 'messageId' | 'channelId' | 'threadId' | 'userId' | 'gapId', unknown>
> & {
  user?: { id?: unknown };
};

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
  switch (family) {
    case 'message':
      return keys('message', data.id, ...(Array.isArray(data.ids) ? (data.ids as unknown[]) : []));
    case 'reaction':
    case 'poll':
      return keys('message', data.messageId);
    case 'channel':
    case 'room':
    case 'thread':
      return keys('channel', data.id ?? data.threadId ?? data.channelId);
    case 'role':
      return keys('role', data.id);
    case 'member':
    case 'ban':
      return keys(`member:${event.guildid}`, data.user?.id);
    case 'voice':
      return keys(`voice:${event.guildid}`, data.userId);
    case 'gap':
      return typeof data.gapId === 'string' ? [`gap:${data.gapId}:${event.guildid}`] : [];
    default:
      return keys('guild', event.guildid);
  }
}
