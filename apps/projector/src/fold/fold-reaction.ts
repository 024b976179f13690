import { emojiKey, type EventDataByType } from '@discord-relay/contracts';
import type { EventOf } from './is-of.js';
import type { PlaceAndTime, RowChange } from './row-change.js';
import type { ReactionRow } from './rows.js';

export function foldReaction(event: EventOf<'reaction'>, at: string): RowChange[] {
  switch (event.type) {
    case 'reaction.added': {
      const { guildId, channelId } = event.data;
      return [put(reactionRow(event.data), { guildId, channelId, at })];
    }
    case 'reaction.removed':
      return [{ op: 'put_reaction', row: reactionRow(event.data), present: false, live: null }];
    case 'reaction.cleared': {
      const { messageId, emoji } = event.data;
      return [{ op: 'clear_reactions', messageId, emoji: emoji && emojiKey(emoji) }];
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

/** The whole truth of a message's reactions: what is not counted is not there. */
function foldCounted({ messageId, counts }: EventDataByType['reaction.counted']): RowChange[] {
  const rows = counts.flatMap(({ emoji, userIds, burstUserIds = [] }) => {
    const row = { message_id: messageId, emoji_key: emojiKey(emoji) };
    const common = userIds.map((user_id) => ({ ...row, user_id, burst: false }));
    return [...common, ...burstUserIds.map((user_id) => ({ ...row, user_id, burst: true }))];
  });
  return [{ op: 'clear_reactions', messageId, emoji: null }, ...rows.map((row) => put(row, null))];
}

const put = (row: ReactionRow, live: PlaceAndTime | null): RowChange => ({
  op: 'put_reaction',
  row,
  present: true,
  live,
});
