import { isSnowflake, type RelayEvent, type Snowflake } from '@discord-relay/contracts';
import { isOf, type EventOf } from './is-of.js';
import { hasNoRows } from './no-rows-yet.js';

/** Ids are unsigned 64-bit; the column is signed. Real ids stay below this until 2084. */
const LARGEST_BIGINT = 2n ** 63n - 1n;

type Ids = (Snowflake | null | undefined)[];

/** Whether every id of the event fits its column. One that does not is no id of Discord's. */
export function hasStorableIds(event: RelayEvent): boolean {
  return isStorable(event.guildid) && idsOf(event).every((id) => (id ?? null) === null || isStorable(id));
}

function isStorable(id: unknown): boolean {
  return isSnowflake(id) && (id.length < 19 || BigInt(id) <= LARGEST_BIGINT);
}

function idsOf(event: RelayEvent): Ids {
  if (hasNoRows(event)) return [];
  if (isOf(event, 'message')) return idsOfMessage(event);
  if (isOf(event, 'reaction')) return idsOfReaction(event);
  if (isOf(event, 'poll')) return required(event.data.messageId, event.data.userId);
  if (isOf(event, 'voice')) {
    return [...required(event.data.guildId, event.data.userId), event.data.channelId];
  }
  if (isOf(event, 'member')) return idsOfMember(event);
  if (isOf(event, 'role')) return required(event.data.id, event.data.guildId);
  if (isOf(event, 'thread')) return idsOfThread(event);
  if (isOf(event, 'channel') || isOf(event, 'room')) return idsOfChannel(event);
  if (isOf(event, 'guild')) return idsOfGuild(event);
  if (isOf(event, 'gap')) return idsOfGap(event);
  return event satisfies never;
}

function idsOfMessage(event: EventOf<'message'>): Ids {
  switch (event.type) {
    case 'message.created':
    case 'message.updated': {
      const { id, channelId, guildId, author, webhookId } = event.data;
      return [...required(id, channelId, guildId), author?.id, webhookId];
    }
    case 'message.deleted':
      return required(event.data.id, event.data.channelId, event.data.guildId);
    case 'message.bulk_deleted':
      return required(event.data.channelId, event.data.guildId, ...event.data.ids);
    default:
      return event satisfies never;
  }
}

function idsOfReaction(event: EventOf<'reaction'>): Ids {
  switch (event.type) {
    case 'reaction.added':
    case 'reaction.removed': {
      const { messageId, userId, channelId, guildId } = event.data;
      return required(messageId, userId, channelId, guildId);
    }
    case 'reaction.cleared':
      return required(event.data.messageId, event.data.channelId, event.data.guildId);
    case 'reaction.counted': {
      const { messageId, counts } = event.data;
      const users = counts.flatMap(({ userIds, burstUserIds = [] }) => [...userIds, ...burstUserIds]);
      return required(messageId, ...users);
    }
    default:
      return event satisfies never;
  }
}

function idsOfMember(event: EventOf<'member'>): Ids {
  if (event.type === 'member.range_listed') {
    const { guildId, afterId, upToId, userIds } = event.data;
    return required(guildId, afterId, upToId, ...userIds);
  }
  const ids = required(event.data.guildId, event.data.user?.id);
  return event.type === 'member.left' ? ids : [...ids, ...required(...event.data.roleIds)];
}

function idsOfThread(event: EventOf<'thread'>): Ids {
  switch (event.type) {
    case 'thread.synced':
    case 'thread.created':
    case 'thread.updated': {
      const { id, guildId, parentId, ownerId, appliedTagIds = [] } = event.data;
      return [...required(id, guildId, ...appliedTagIds), parentId, ownerId];
    }
    case 'thread.deleted':
      return required(event.data.id, event.data.guildId);
    case 'thread.list_synced':
      return required(event.data.guildId);
    case 'thread.member_updated':
    case 'thread.members_updated': {
      const { threadId, guildId, added, removed } = event.data;
      return required(threadId, guildId, ...added, ...removed);
    }
    default:
      return event satisfies never;
  }
}

function idsOfChannel(event: EventOf<'channel' | 'room'>): Ids {
  switch (event.type) {
    case 'channel.deleted':
    case 'room.deleted':
    case 'room.status_updated':
      return required(event.data.id, event.data.guildId);
    case 'channel.pins_updated':
      return required(event.data.channelId, event.data.guildId);
    default:
      return [...required(event.data.id, event.data.guildId), event.data.parentId];
  }
}

function idsOfGuild(event: EventOf<'guild'>): Ids {
  switch (event.type) {
    case 'guild.synced':
      return [...required(event.data.id, ...event.data.channelIds), event.data.ownerId];
    case 'guild.updated':
      return [...required(event.data.id), event.data.ownerId];
    case 'guild.unavailable':
    case 'guild.left':
      return required(event.data.id);
    default:
      return event satisfies never;
  }
}

const idsOfGap = (event: EventOf<'gap'>): Ids =>
  event.type === 'gap.opened' ? [...required(event.data.to.snowflake), event.data.from.snowflake] : [];

/** A missing id is as bad as a garbled one. */
const required = (...ids: (Snowflake | undefined)[]): Snowflake[] => ids.map((id) => id ?? ('' as Snowflake));
