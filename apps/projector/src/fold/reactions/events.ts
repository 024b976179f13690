import { emojiKey, type EventDataByType } from '@discord-relay/contracts';
import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { areStorable } from '../shared/ids.js';
import { keysOf } from '../shared/parking.js';
import type { ReactionOp } from './ops.js';
import type { ReactionRow } from '../shared/rows.js';

function fold(event: EventOf<'reaction'>, at: string): ReactionOp[] {
  switch (event.type) {
    case 'reaction.added':
    case 'reaction.removed': {
      const { guildId, channelId, emoji } = event.data;
      const present = event.type === 'reaction.added';
      const live = { guildId, channelId, at, emoji };
      return [{ model: 'reactions', op: 'put', row: reactionRow(event.data), present, live }];
    }
    case 'reaction.cleared': {
      const { messageId, guildId, channelId, emoji } = event.data;
      return [{ model: 'reactions', op: 'clear', messageId, emoji, live: { guildId, channelId, at } }];
    }
    case 'reaction.counted':
      return foldCounted(event.data);
    default:
      return event satisfies never;
  }
}

const reactionRow = (data: EventDataByType['reaction.added']): ReactionRow => ({
  message_id: data.messageId,
  emoji_key: emojiKey(data.emoji),
  user_id: data.userId,
  burst: data.burst,
});

/**
 * The complete reactions of a message: a reaction that is not counted does not exist. They come from history and are not
 * announced live, because that would be a removal and up to thousands of additions at unknown times. Reads of the message
 * include them.
 */
function foldCounted({ messageId, counts }: EventDataByType['reaction.counted']): ReactionOp[] {
  const rows = counts.flatMap(({ emoji, userIds, burstUserIds = [] }) => {
    const row = { message_id: messageId, emoji_key: emojiKey(emoji) };
    const common = userIds.map((user_id) => ({ ...row, user_id, burst: false }));
    return [...common, ...burstUserIds.map((user_id) => ({ ...row, user_id, burst: true }))];
  });
  return [
    { model: 'reactions', op: 'clear', messageId, emoji: null, live: null },
    ...rows.map((row) => ({ model: 'reactions', op: 'put', row, present: true, live: null }) as const),
  ];
}

function hasStorableIds(event: EventOf<'reaction'>): boolean {
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

export const reactionEvents: EventSlice<EventOf<'reaction'>, ReactionOp> = {
  fold,
  hasStorableIds,
  parkingKeys: ({ data }) => keysOf('message', data.messageId),
};
