import { isSnowflake, type Snowflake } from '@discord-relay/contracts';
import { inGuild, type Fact, type NormalizeResult, type Origin } from './normalize-result.js';
import { readEmoji } from './read-emoji.js';
import { integerOrNull, type Fields } from './read-fields.js';

type Reader = (origin: Origin, fields: Fields) => NormalizeResult;

/** MESSAGE_REACTION_ADD */
export const reactionAdded: Reader = (origin, fields) =>
  onMessage(origin, fields, (on) => reactionFact('reaction.added', fields, on));

/** MESSAGE_REACTION_REMOVE */
export const reactionRemoved: Reader = (origin, fields) =>
  onMessage(origin, fields, (on) => reactionFact('reaction.removed', fields, on));

/** MESSAGE_REACTION_REMOVE_ALL */
export const reactionsCleared: Reader = (origin, fields) =>
  onMessage(origin, fields, (on) => ({ type: 'reaction.cleared', ...at(on), data: { ...on, emoji: null } }));

/** MESSAGE_REACTION_REMOVE_EMOJI */
export const emojiCleared: Reader = (origin, fields) =>
  onMessage(origin, fields, (on) => {
    const emoji = readEmoji(fields.emoji);
    return emoji && { type: 'reaction.cleared', ...at(on), data: { ...on, emoji } };
  });

/** MESSAGE_POLL_VOTE_ADD */
export const voteAdded: Reader = (origin, fields) =>
  onMessage(origin, fields, (on) => voteFact('poll.vote_added', fields, on));

/** MESSAGE_POLL_VOTE_REMOVE */
export const voteRemoved: Reader = (origin, fields) =>
  onMessage(origin, fields, (on) => voteFact('poll.vote_removed', fields, on));

interface OnMessage {
  messageId: Snowflake;
  channelId: Snowflake;
  guildId: Snowflake;
}

const at = ({ guildId, channelId }: OnMessage) => ({ guildId, channelId });

const onMessage = (origin: Origin, fields: Fields, read: (on: OnMessage) => Fact | undefined) =>
  inGuild(origin, fields, (guildId) => {
    const { message_id: messageId, channel_id: channelId } = fields;
    if (!isSnowflake(messageId) || !isSnowflake(channelId)) return undefined;
    return read({ messageId, channelId, guildId });
  });

function reactionFact(
  type: 'reaction.added' | 'reaction.removed',
  fields: Fields,
  on: OnMessage,
): Fact | undefined {
  const emoji = readEmoji(fields.emoji);
  const { user_id: userId } = fields;
  if (!emoji || !isSnowflake(userId)) return undefined;
  return { type, ...at(on), data: { ...on, userId, emoji, burst: fields.burst === true } };
}

function voteFact(
  type: 'poll.vote_added' | 'poll.vote_removed',
  fields: Fields,
  on: OnMessage,
): Fact | undefined {
  const answerId = integerOrNull(fields.answer_id);
  const { user_id: userId } = fields;
  if (answerId === null || !isSnowflake(userId)) return undefined;
  return { type, ...at(on), data: { ...on, userId, answerId } };
}
