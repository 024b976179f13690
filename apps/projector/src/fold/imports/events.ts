import { emojiKey, type RelayEventOf } from '@discord-relay/contracts';
import type { ChannelOp } from '../channels/ops.js';
import { messageFields } from '../messages/events.js';
import type { MessageOp } from '../messages/ops.js';
import type { ReactionOp } from '../reactions/ops.js';
import type { EventSlice } from '../shared/event-slice.js';
import { areStorable, isAbsentOrStorable } from '../shared/ids.js';
import { keysOf } from '../shared/parking.js';
import type { ReactionRow } from '../shared/rows.js';

type ImportEvent = RelayEventOf<'message.imported'>;

/** Reactions first: they depend on what is known about the message before. */
function fold({ data }: ImportEvent): (MessageOp | ReactionOp)[] {
  const rows = reactionRows(data);
  const message: MessageOp = { model: 'messages', op: 'import', message: messageFields(data) };
  if (rows.length === 0) return [message];
  return [{ model: 'reactions', op: 'import', messageId: data.id, rows }, message];
}

const reactionRows = ({ id, reactions = [] }: ImportEvent['data']): ReactionRow[] =>
  reactions.flatMap(({ emoji, userIds, burstUserIds = [] }) => {
    const row = { message_id: id, emoji_key: emojiKey(emoji), imported: true };
    const common = userIds.map((user_id) => ({ ...row, user_id, burst: false }));
    return [...common, ...burstUserIds.map((user_id) => ({ ...row, user_id, burst: true }))];
  });

export const importedMessageEvents: EventSlice<ImportEvent, MessageOp | ReactionOp> = {
  fold,
  hasStorableIds: ({ data }) => {
    const { id, channelId, guildId, author, webhookId, reactions = [] } = data;
    const users = reactions.flatMap(({ userIds, burstUserIds = [] }) => [...userIds, ...burstUserIds]);
    return areStorable(id, channelId, guildId, author?.id, ...users) && isAbsentOrStorable(webhookId);
  },
  parkingKeys: ({ data }) => keysOf('message', data.id),
};

/** The rows of the import do not move the feeds of the guild, so that this event does: readers see that something changed. */
export const importCompletedEvents: EventSlice<RelayEventOf<'import.completed'>, ChannelOp> = {
  fold: ({ data: { guildId } }) => [{ model: 'channels', op: 'announce_import', guildId }],
  hasStorableIds: ({ data }) => areStorable(data.guildId, data.channelId),
  parkingKeys: ({ data }) => keysOf('channel', data.channelId),
};
