import { emojiKey, type EventDataByType } from '@discord-relay/contracts';
import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { areStorable } from '../shared/ids.js';
import { keysOf } from '../shared/parking.js';
import { ALL_REACTIONS, removedEmoji, removedReaction } from '../messages/imports.js';
import type { MessageOp } from '../messages/ops.js';
import type { ReactionOp } from './ops.js';
import type { ReactionRow } from '../shared/rows.js';

type Op = ReactionOp | MessageOp;

function fold(event: EventOf<'reaction'>, at: string): Op[] {
  switch (event.type) {
    case 'reaction.added':
    case 'reaction.removed': {
      const { guildId, channelId, emoji } = event.data;
      const present = event.type === 'reaction.added';
      const live = { guildId, channelId, at, emoji };
      const put: Op = { model: 'reactions', op: 'put', row: reactionRow(event.data), present, live };
      if (present) return [put];
      const { userId, burst } = event.data;
      return [put, removal(event.data, removedReaction({ emoji: emojiKey(emoji), userId, burst }))];
    }
    case 'reaction.cleared': {
      const { messageId, guildId, channelId, emoji } = event.data;
      const removed = emoji ? removedEmoji(emojiKey(emoji)) : ALL_REACTIONS;
      return [
        { model: 'reactions', op: 'clear', messageId, emoji, live: { guildId, channelId, at } },
        removal(event.data, removed),
      ];
    }
    case 'reaction.counted':
      return foldCounted(event.data);
    default:
      return event satisfies never;
  }
}

type OnMessage = Pick<EventDataByType['reaction.added'], 'messageId' | 'channelId' | 'guildId'>;

const removal = ({ messageId: id, channelId, guildId }: OnMessage, removed: string): MessageOp => ({
  model: 'messages',
  op: 'remove_reactions',
  ...{ id, channelId, guildId, removed },
});

const reactionRow = (data: EventDataByType['reaction.added']): ReactionRow => ({
  message_id: data.messageId,
  emoji_key: emojiKey(data.emoji),
  user_id: data.userId,
  burst: data.burst,
  imported: false,
});

/**
 * The complete reactions of a message: a reaction that is not counted does not exist. They come from history and are not
 * announced live, because that would be a removal and up to thousands of additions at unknown times. Reads of the message
 * include them.
 */
function foldCounted(data: EventDataByType['reaction.counted']): Op[] {
  const { messageId, counts } = data;
  const rows = counts.flatMap(({ emoji, userIds, burstUserIds = [] }) => {
    const row = { message_id: messageId, emoji_key: emojiKey(emoji), imported: false };
    const common = userIds.map((user_id) => ({ ...row, user_id, burst: false }));
    return [...common, ...burstUserIds.map((user_id) => ({ ...row, user_id, burst: true }))];
  });
  return [
    { model: 'reactions', op: 'clear', messageId, emoji: null, live: null },
    ...rows.map((row) => ({ model: 'reactions', op: 'put', row, present: true, live: null }) as const),
    removal(data, ALL_REACTIONS),
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
      return areStorable(messageId, event.data.channelId, event.data.guildId, ...users);
    }
    default:
      return event satisfies never;
  }
}

export const reactionEvents: EventSlice<EventOf<'reaction'>, Op> = {
  fold,
  hasStorableIds,
  parkingKeys: ({ data }) => keysOf('message', data.messageId),
};
