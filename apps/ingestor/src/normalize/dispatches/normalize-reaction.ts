import type { Snowflake } from '@discord-relay/contracts';
import { inGuild, type Fact, type NormalizeResult, type Origin } from '../events/normalize-result.js';
import { emoji as anEmoji } from '../fields/read-emoji.js';
import { boolean, integer, isId, valueOf, type Fields, type ReadTally } from '../fields/read-fields.js';
import { readKey } from '../fields/read-state.js';

type Reader = (origin: Origin, fields: Fields) => NormalizeResult;

/** MESSAGE_REACTION_ADD */
export const reactionAdded: Reader = (origin, fields) =>
  onMessage(origin, fields, (on, tally) => reactionFact('reaction.added', fields, on, tally));

/** MESSAGE_REACTION_REMOVE */
export const reactionRemoved: Reader = (origin, fields) =>
  onMessage(origin, fields, (on, tally) => reactionFact('reaction.removed', fields, on, tally));

/** MESSAGE_REACTION_REMOVE_ALL */
export const reactionsCleared: Reader = (origin, fields) =>
  onMessage(origin, fields, (on) => ({ type: 'reaction.cleared', ...at(on), data: { ...on, emoji: null } }));

/** MESSAGE_REACTION_REMOVE_EMOJI */
export const emojiCleared: Reader = (origin, fields) =>
  onMessage(origin, fields, (on, tally) => {
    const emoji = valueOf(anEmoji, fields.emoji, tally);
    return emoji && { type: 'reaction.cleared', ...at(on), data: { ...on, emoji } };
  });

/** MESSAGE_POLL_VOTE_ADD */
export const voteAdded: Reader = (origin, fields) =>
  onMessage(origin, fields, (on, tally) => voteFact('poll.vote_added', fields, on, tally));

/** MESSAGE_POLL_VOTE_REMOVE */
export const voteRemoved: Reader = (origin, fields) =>
  onMessage(origin, fields, (on, tally) => voteFact('poll.vote_removed', fields, on, tally));

interface OnMessage {
  messageId: Snowflake;
  channelId: Snowflake;
  guildId: Snowflake;
}

const at = ({ guildId, channelId }: OnMessage) => ({ guildId, channelId });

const onMessage = (
  origin: Origin,
  fields: Fields,
  read: (on: OnMessage, tally: ReadTally) => Fact | undefined,
) =>
  inGuild(origin, fields, (guildId, tally) => {
    const { message_id: messageId, channel_id: channelId } = fields;
    if (!isId(messageId) || !isId(channelId)) return undefined;
    return read({ messageId, channelId, guildId }, tally);
  });

function reactionFact(
  type: 'reaction.added' | 'reaction.removed',
  fields: Fields,
  on: OnMessage,
  tally: ReadTally,
): Fact | undefined {
  const emoji = anEmoji(fields.emoji, tally);
  const burst = readBurst(fields, tally);
  const { user_id: userId } = fields;
  if (!emoji || burst === undefined || !isId(userId)) return undefined;
  return { type, ...at(on), data: { ...on, userId, emoji, burst } };
}

/** Discord's number for a super reaction. */
const BURST = 1;

/** An omitted flag means a normal reaction, as before super reactions existed; undefined: unknown. */
function readBurst(fields: Fields, tally: ReadTally): boolean | undefined {
  const burst = readKey(fields, 'burst', boolean, tally);
  if (burst.is === 'value') return burst.value;
  const type = valueOf(integer, fields.type, tally);
  if (type !== undefined) return type === BURST;
  return burst.is === 'absent' && fields.type === undefined ? false : undefined;
}

function voteFact(
  type: 'poll.vote_added' | 'poll.vote_removed',
  fields: Fields,
  on: OnMessage,
  tally: ReadTally,
): Fact | undefined {
  const answerId = valueOf(integer, fields.answer_id, tally);
  const { user_id: userId } = fields;
  if (answerId === undefined || !isId(userId)) return undefined;
  return { type, ...at(on), data: { ...on, userId, answerId } };
}
