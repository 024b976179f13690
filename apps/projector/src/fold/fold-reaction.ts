import { emojiKey, type EventDataByType } from '@discord-relay/contracts';
import type { EventOf } from './is-of.js';
import type { RowChange } from './row-change.js';
import type { ReactionRow } from './rows.js';

export function foldReaction(event: EventOf<'reaction'>, at: string): RowChange[] {
  switch (event.type) {
    case 'reaction.added':
    case 'reaction.removed': {
      const { guildId, channelId, emoji } = event.data;
      const present = event.type === 'reaction.added';
      const live = { guildId, channelId, at, emoji };
      return [{ op: 'put_reaction', row: reactionRow(event.data), present, live }];
    }
    case 'reaction.cleared': {
      const { messageId, guildId, channelId, emoji } = event.data;
      return [{ op: 'clear_reactions', messageId, emoji, live: { guildId, channelId, at } }];
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
 * The whole truth of a message's reactions: what is not counted is not there. Nobody is told live: it is what history
 * found, beside the live stream, and would be a clearing and up to thousands of additions of which nobody knows when
 * they happened. Whoever asks for the message gets it.
 */
function foldCounted({ messageId, counts }: EventDataByType['reaction.counted']): RowChange[] {
  const rows = counts.flatMap(({ emoji, userIds, burstUserIds = [] }) => {
    const row = { message_id: messageId, emoji_key: emojiKey(emoji) };
    const common = userIds.map((user_id) => ({ ...row, user_id, burst: false }));
    return [...common, ...burstUserIds.map((user_id) => ({ ...row, user_id, burst: true }))];
  });
  return [
    { op: 'clear_reactions', messageId, emoji: null, live: null },
    ...rows.map((row) => ({ op: 'put_reaction', row, present: true, live: null }) as const),
  ];
}
