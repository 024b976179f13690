import type { APIEmoji, APIReaction } from 'discord-api-types/v10';
import type { ReactionFact } from '../state/model/facts.js';
import type { EmojiRecord, MessageRecord } from '../state/model/records.js';
import type { World } from '../state/world.js';
import { memberWithUserPayload } from './guild-payload.js';

// Discord's numbers for the kinds of reaction.
const NORMAL = 0;
const BURST = 1;

/** The `emoji` of a reaction. */
export function emojiPayload({ id, name, animated }: EmojiRecord): APIEmoji {
  return { id, name, ...(animated ? { animated } : {}) };
}

/** The `reactions` of a message object; absent if there are none, as on Discord. */
export function reactionFields(world: World, message: MessageRecord): { reactions?: APIReaction[] } {
  if (!message.reactions?.length) return {};
  const { id: botId } = world.bot;
  const reactions = message.reactions.map(({ emoji, users }) => {
    const burst = users.filter((user) => user.burst).length;
    const mine = users.find((user) => user.id === botId);
    return {
      emoji: emojiPayload(emoji),
      count: users.length,
      count_details: { burst, normal: users.length - burst },
      burst_colors: [],
      me_burst: mine?.burst ?? false,
      me: mine !== undefined && !mine.burst,
    };
  });
  return { reactions };
}

/** `d` of the MESSAGE_REACTION_ events. */
export function reactionDispatchPayload(world: World, fact: ReactionFact): object {
  const { message, channel, emoji } = fact;
  const place = { message_id: message.id, channel_id: channel.id, guild_id: channel.guildId };
  if (fact.kind === 'reaction.cleared')
    return emoji === null ? place : { ...place, emoji: emojiPayload(emoji) };
  const common = {
    ...place,
    user_id: fact.userId,
    emoji: emojiPayload(fact.emoji),
    burst: fact.burst,
    type: fact.burst ? BURST : NORMAL,
  };
  if (fact.kind === 'reaction.removed') return common;
  const member = world.members.find(channel.guildId, fact.userId);
  return {
    ...common,
    ...(member ? { member: memberWithUserPayload(world, member) } : {}),
    message_author_id: message.authorId,
    ...(fact.burst ? { burst_colors: [] } : {}),
  };
}
