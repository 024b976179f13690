import {
  compareSnowflakes,
  isSnowflake,
  LAST_SNOWFLAKE,
  type RelayEvent,
  type Snowflake,
} from '@discord-relay/contracts';
import { isOf, type EventOf } from './is-of.js';
import { hasNoRows } from './no-rows-yet.js';

/**
 * Whether every id of the event fits its column, and is written as the column gives it back: rows are found by it. One
 * that does not, or is missing, is no id of Discord's.
 */
export function hasStorableIds(event: RelayEvent): boolean {
  if (!isStorable(event.guildid)) return false;
  if (hasNoRows(event)) return true;
  if (isOf(event, 'message')) return isMessageStorable(event);
  if (isOf(event, 'reaction')) return isReactionStorable(event);
  if (isOf(event, 'poll')) return areStorable(event.data.messageId, event.data.userId);
  if (isOf(event, 'voice')) {
    const { guildId, userId, channelId } = event.data;
    return areStorable(guildId, userId) && isAbsentOrStorable(channelId);
  }
  if (isOf(event, 'member')) return isMemberStorable(event);
  if (isOf(event, 'role')) return areStorable(event.data.id, event.data.guildId);
  if (isOf(event, 'thread')) return isThreadStorable(event);
  if (isOf(event, 'channel') || isOf(event, 'room')) return isChannelStorable(event);
  if (isOf(event, 'guild')) return isGuildStorable(event);
  if (isOf(event, 'gap')) return isGapStorable(event);
  return event satisfies never;
}

/** Ids are unsigned 64-bit; the column is signed. */
const isStorable = (id: unknown): boolean =>
  isSnowflake(id) && compareSnowflakes(id, LAST_SNOWFLAKE) <= 0 && (id === '0' || !id.startsWith('0'));

const areStorable = (...ids: (Snowflake | undefined)[]): boolean => ids.every(isStorable);

const isAbsentOrStorable = (id: Snowflake | null | undefined): boolean =>
  id === null || id === undefined || isStorable(id);

function isMessageStorable(event: EventOf<'message'>): boolean {
  switch (event.type) {
    case 'message.created':
    case 'message.updated': {
      const { id, channelId, guildId, author, webhookId } = event.data;
      const isPlaced = isStorable(id) && isStorable(channelId) && isStorable(guildId);
      return isPlaced && isAbsentOrStorable(author?.id) && isAbsentOrStorable(webhookId);
    }
    case 'message.deleted':
      return areStorable(event.data.id, event.data.channelId, event.data.guildId);
    case 'message.bulk_deleted':
      return areStorable(event.data.channelId, event.data.guildId, ...event.data.ids);
    default:
      return event satisfies never;
  }
}

function isReactionStorable(event: EventOf<'reaction'>): boolean {
  switch (event.type) {
    case 'reaction.added':
    case 'reaction.removed': {
      const { messageId, userId, channelId, guildId } = event.data;
      return areStorable(messageId, userId, channelId, guildId);
    }
    case 'reaction.cleared':
      return areStorable(event.data.messageId, event.data.channelId, event.data.guildId);
    case 'reaction.counted': {
      const { messageId, counts } = event.data;
      const users = counts.flatMap(({ userIds, burstUserIds = [] }) => [...userIds, ...burstUserIds]);
      return areStorable(messageId, ...users);
    }
    default:
      return event satisfies never;
  }
}

function isMemberStorable(event: EventOf<'member'>): boolean {
  if (event.type === 'member.range_listed') {
    const { guildId, afterId, upToId, userIds } = event.data;
    return areStorable(guildId, afterId, upToId, ...userIds);
  }
  if (!areStorable(event.data.guildId, event.data.user?.id)) return false;
  return event.type === 'member.left' || areStorable(...(event.data.roleIds ?? []));
}

function isThreadStorable(event: EventOf<'thread'>): boolean {
  switch (event.type) {
    case 'thread.synced':
    case 'thread.created':
    case 'thread.updated': {
      const { id, guildId, parentId, ownerId, appliedTagIds = [] } = event.data;
      return (
        areStorable(id, guildId, ...appliedTagIds) &&
        isAbsentOrStorable(parentId) &&
        isAbsentOrStorable(ownerId)
      );
    }
    case 'thread.deleted':
      return areStorable(event.data.id, event.data.guildId);
    case 'thread.list_synced':
      return isStorable(event.data.guildId);
    case 'thread.member_updated':
    case 'thread.members_updated': {
      const { threadId, guildId, added, removed } = event.data;
      return areStorable(threadId, guildId, ...added, ...removed);
    }
    default:
      return event satisfies never;
  }
}

function isChannelStorable(event: EventOf<'channel' | 'room'>): boolean {
  switch (event.type) {
    case 'channel.deleted':
    case 'room.deleted':
    case 'room.status_updated':
      return areStorable(event.data.id, event.data.guildId);
    case 'channel.pins_updated':
      return areStorable(event.data.channelId, event.data.guildId);
    default:
      return areStorable(event.data.id, event.data.guildId) && isAbsentOrStorable(event.data.parentId);
  }
}

function isGuildStorable(event: EventOf<'guild'>): boolean {
  switch (event.type) {
    case 'guild.synced':
      return (
        areStorable(event.data.id, ...(event.data.channelIds ?? [])) && isAbsentOrStorable(event.data.ownerId)
      );
    case 'guild.updated':
      return isStorable(event.data.id) && isAbsentOrStorable(event.data.ownerId);
    case 'guild.unavailable':
    case 'guild.left':
      return isStorable(event.data.id);
    default:
      return event satisfies never;
  }
}

function isGapStorable(event: EventOf<'gap'>): boolean {
  if (event.type !== 'gap.opened') return true;
  return isStorable(event.data.to.snowflake) && isAbsentOrStorable(event.data.from.snowflake);
}
