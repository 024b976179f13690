import type { Fact, ReactionFact } from '../state/facts.js';
import type { World } from '../state/world.js';
import { channelPayload } from '../payloads/channel-payload.js';
import { guildCreatePayload, guildPayload } from '../payloads/guild-payload.js';
import { isContentAlwaysShown, messageDispatchPayload, withoutContent } from '../payloads/message-payload.js';
import { reactionDispatchPayload } from '../payloads/reaction-payload.js';
import { Dispatch } from './dispatch.js';

/** The dispatch that tells clients of a fact; null for what Discord does not announce. */
export function dispatchOf(world: World, fact: Fact): Dispatch | null {
  switch (fact.kind) {
    case 'user.created':
      return null;
    case 'guild.created':
    case 'guild.available':
      return json('GUILD_CREATE', fact.guild.id, guildCreatePayload(world, fact.guild));
    case 'guild.updated':
      return json('GUILD_UPDATE', fact.guild.id, guildPayload(fact.guild));
    case 'guild.unavailable':
      return json('GUILD_DELETE', fact.guild.id, { id: fact.guild.id, unavailable: true });
    case 'guild.deleted':
      return json('GUILD_DELETE', fact.guild.id, { id: fact.guild.id });
    case 'channel.created':
      return json('CHANNEL_CREATE', fact.channel.guildId, channelPayload(fact.channel));
    case 'channel.updated':
      return json('CHANNEL_UPDATE', fact.channel.guildId, channelPayload(fact.channel));
    case 'channel.deleted':
      return json('CHANNEL_DELETE', fact.channel.guildId, channelPayload(fact.channel));
    case 'message.created':
      return messageDispatch(world, 'MESSAGE_CREATE', fact);
    case 'message.updated':
      return messageDispatch(world, 'MESSAGE_UPDATE', fact);
    case 'message.deleted':
      return json('MESSAGE_DELETE', fact.channel.guildId, { id: fact.messageId, ...placeOf(fact) });
    case 'message.bulk_deleted':
      return json('MESSAGE_DELETE_BULK', fact.channel.guildId, { ids: fact.messageIds, ...placeOf(fact) });
    case 'reaction.added':
    case 'reaction.removed':
    case 'reaction.cleared':
      return json(reactionEvent(fact), fact.channel.guildId, reactionDispatchPayload(world, fact));
  }
}

function reactionEvent(fact: ReactionFact): string {
  if (fact.kind === 'reaction.added') return 'MESSAGE_REACTION_ADD';
  if (fact.kind === 'reaction.removed') return 'MESSAGE_REACTION_REMOVE';
  return fact.emoji === null ? 'MESSAGE_REACTION_REMOVE_ALL' : 'MESSAGE_REACTION_REMOVE_EMOJI';
}

type MessageFact = Extract<Fact, { kind: 'message.created' | 'message.updated' }>;

function messageDispatch(world: World, t: string, { message, channel }: MessageFact): Dispatch {
  const payload = messageDispatchPayload(world, message, channel);
  const hidden = isContentAlwaysShown(world, message) ? null : () => JSON.stringify(withoutContent(payload));
  return new Dispatch(t, channel.guildId, JSON.stringify(payload), hidden);
}

function placeOf({ channel }: Extract<Fact, { kind: 'message.deleted' | 'message.bulk_deleted' }>) {
  return { channel_id: channel.id, guild_id: channel.guildId };
}

function json(t: string, guildId: string, d: object): Dispatch {
  return new Dispatch(t, guildId, JSON.stringify(d));
}
