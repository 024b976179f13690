import { isSnowflake, type RelayEvent, type Snowflake } from '@discord-relay/contracts';
import { hasNoRows } from './no-rows-yet.js';

/** Ids are unsigned 64-bit; the column is signed. Real ids stay below this until 2084. */
const LARGEST_BIGINT = 2n ** 63n - 1n;

/** Whether every id of the event fits its column. One that does not is no id of Discord's. */
export function hasStorableIds(event: RelayEvent): boolean {
  return isStorable(event.guildid) && idsOf(event).every((id) => (id ?? null) === null || isStorable(id));
}

function isStorable(id: unknown): boolean {
  return isSnowflake(id) && (id.length < 19 || BigInt(id) <= LARGEST_BIGINT);
}

function idsOf(event: RelayEvent): (Snowflake | null | undefined)[] {
  if (hasNoRows(event)) return [];
  switch (event.type) {
    case 'guild.synced':
      return [...required(event.data.id), event.data.ownerId, ...event.data.channelIds];
    case 'guild.updated':
      return [...required(event.data.id), event.data.ownerId];
    case 'guild.unavailable':
    case 'guild.left':
      return required(event.data.id);
    case 'channel.synced':
    case 'channel.created':
    case 'channel.updated':
    case 'room.synced':
    case 'room.created':
    case 'room.updated':
    case 'thread.synced':
    case 'thread.created':
    case 'thread.updated':
      return [...required(event.data.id, event.data.guildId), event.data.parentId];
    case 'channel.deleted':
    case 'room.deleted':
    case 'thread.deleted':
      return required(event.data.id, event.data.guildId);
    case 'message.created':
    case 'message.updated': {
      const { id, channelId, guildId, author, webhookId } = event.data;
      return [...required(id, channelId, guildId), author?.id, webhookId];
    }
    case 'message.deleted':
      return required(event.data.id, event.data.channelId, event.data.guildId);
    case 'message.bulk_deleted':
      return [...required(event.data.channelId, event.data.guildId), ...event.data.ids];
    case 'reaction.added':
    case 'reaction.removed':
      return required(event.data.messageId, event.data.userId);
    case 'reaction.cleared':
      return required(event.data.messageId);
    case 'reaction.counted': {
      const { messageId, counts } = event.data;
      return [
        ...required(messageId),
        ...counts.flatMap(({ userIds, burstUserIds = [] }) => [...userIds, ...burstUserIds]),
      ];
    }
    case 'gap.opened':
      return [...required(event.data.to.snowflake), event.data.from.snowflake];
    case 'gap.closed':
      return [];
    default:
      return event satisfies never;
  }
}

/** A missing id is as bad as a garbled one. */
const required = (...ids: Snowflake[]): Snowflake[] => ids.map((id) => id ?? ('' as Snowflake));
