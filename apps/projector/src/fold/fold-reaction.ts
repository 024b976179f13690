import { emojiKey, type EventDataByType, type RelayEvent } from '@discord-relay/contracts';
import type { RowChange } from './row-change.js';
import type { ReactionRow } from './rows.js';

type ReactionEvent = Extract<RelayEvent, { type: `reaction.${string}` }>;

export function foldReaction(event: ReactionEvent): RowChange[] {
  switch (event.type) {
    case 'reaction.added':
      return [{ op: 'put_reaction', row: reactionRow(event.data), present: true }];
    case 'reaction.removed':
      return [{ op: 'put_reaction', row: reactionRow(event.data), present: false }];
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
  return [
    { op: 'clear_reactions', messageId, emoji: null },
    ...rows.map((row): RowChange => ({ op: 'put_reaction', row, present: true })),
  ];
}
