import { PollLayoutType, type APIPoll } from 'discord-api-types/v10';
import { discordTime } from '../state/model/discord-time.js';
import type { PollFact } from '../state/model/facts.js';
import type { PollRecord } from '../state/model/records.js';
import type { Snowflake } from '../state/model/snowflakes.js';
import { emojiPayload } from './reaction-payload.js';

/** A poll object with its votes; an answer without votes has no count, as on Discord. */
export function pollPayload({ question, answers, ...poll }: PollRecord, botId: Snowflake): APIPoll {
  return {
    question: { text: question },
    answers: answers.map(({ id, text, emoji }) => ({
      answer_id: id,
      poll_media: { text, ...(emoji === null ? {} : { emoji: emojiPayload(emoji) }) },
    })),
    expiry: discordTime(poll.expiresAtMs),
    allow_multiselect: poll.multiselect,
    layout_type: PollLayoutType.Default,
    results: {
      is_finalized: poll.finalized,
      answer_counts: answers
        .filter(({ voterIds }) => voterIds.length > 0)
        .map(({ id, voterIds }) => ({ id, count: voterIds.length, me_voted: voterIds.includes(botId) })),
    },
  };
}

/** `d` of MESSAGE_POLL_VOTE_ADD and MESSAGE_POLL_VOTE_REMOVE. */
export const pollVotePayload = ({ userId, message, channel, answerId }: PollFact) => ({
  user_id: userId,
  channel_id: channel.id,
  message_id: message.id,
  guild_id: channel.guildId,
  answer_id: answerId,
});
