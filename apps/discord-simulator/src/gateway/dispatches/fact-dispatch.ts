import { GatewayIntentBits } from 'discord-api-types/v10';
import type { Fact, GuildFact, ReactionFact } from '../../state/model/facts.js';
import { discordTime } from '../../state/model/discord-time.js';
import type { GuildRecord, InviteRecord, ChannelOrThread, WebhookRecord } from '../../state/model/records.js';
import type { World } from '../../state/world.js';
import { channelPayload } from '../../payloads/channel-payload.js';
import { guildCreatePayload, guildPayload } from '../../payloads/guild-payload.js';
import { inviteDispatchPayload } from '../../payloads/invite-payload.js';
import {
  isContentAlwaysShown,
  messageDispatchPayload,
  withoutContent,
} from '../../payloads/message-payload.js';
import { reactionDispatchPayload } from '../../payloads/reaction-payload.js';
import { pollVotePayload } from '../../payloads/poll-payload.js';
import { stickersPayload } from '../../payloads/sticker-payload.js';
import { Dispatch, jsonDispatch } from './dispatch.js';
import { MESSAGE_CONTENT } from './intents.js';
import { peopleDispatch } from './people-dispatch.js';
import {
  ownThreadMemberDispatch,
  threadDispatch,
  threadShownDispatch,
  threadSyncDispatch,
} from './thread-dispatch.js';
import type { Visibility } from './visibility.js';

/** The dispatches for a fact; none if the bot may not see it or Discord does not announce it. */
export function dispatchesOf(world: World, visibility: Visibility, fact: Fact): Dispatch[] {
  const { isDispatched: isDispatched, gained } = visibility.apply(fact);
  const dispatch = isDispatched ? dispatchOf(world, visibility, fact) : null;
  const shown = isDispatched ? visibility.shownBy(fact) : null;
  const isReopened = isDispatched && fact.kind === 'thread.updated' && fact.isReopened;
  const all = [
    shown && threadShownDispatch(world, shown),
    dispatch,
    isReopened ? ownThreadMemberDispatch(world, fact.thread) : null,
    gained.length > 0 ? threadSyncDispatch(world, visibility, gained) : null,
  ];
  return all.filter((each) => each !== null);
}

function dispatchOf(world: World, visibility: Visibility, fact: Fact): Dispatch | null {
  switch (fact.kind) {
    case 'user.created':
    case 'command.put':
    case 'command.deleted':
      return null;
    case 'guild.created':
    case 'guild.available':
    case 'guild.updated':
    case 'guild.unavailable':
    case 'guild.deleted':
    case 'stickers.updated':
      return guildDispatch(world, visibility, fact);
    case 'channel.created':
    case 'channel.updated':
    case 'channel.deleted':
      return channelDispatch(fact);
    case 'message.created':
    case 'message.updated':
    case 'message.deleted':
    case 'message.bulk_deleted':
      return messageDispatch(world, fact);
    case 'channel.pins_updated':
      return pinsDispatch(fact.channel);
    case 'invite.created':
      return jsonDispatch('INVITE_CREATE', fact.invite.guildId, inviteDispatchPayload(world, fact.invite));
    case 'invite.deleted':
      return inviteDeleteDispatch(fact.invite);
    case 'webhook.created':
    case 'webhook.updated':
    case 'webhook.deleted':
      return webhooksDispatch(fact.webhook);
    case 'reaction.added':
    case 'reaction.removed':
    case 'reaction.cleared':
      return jsonDispatch(reactionEvent(fact), fact.channel.guildId, reactionDispatchPayload(world, fact));
    case 'poll.vote_added':
    case 'poll.vote_removed': {
      const t = fact.kind === 'poll.vote_added' ? 'MESSAGE_POLL_VOTE_ADD' : 'MESSAGE_POLL_VOTE_REMOVE';
      return jsonDispatch(t, fact.channel.guildId, pollVotePayload(fact));
    }
    case 'thread.created':
    case 'thread.updated':
    case 'thread.deleted':
    case 'thread.member_added':
    case 'thread.member_removed':
      return threadDispatch(world, fact);
    default:
      return peopleDispatch(world, fact);
  }
}

function guildDispatch(world: World, visibility: Visibility, { kind, guild }: GuildFact): Dispatch {
  const { id } = guild;
  switch (kind) {
    case 'guild.created':
    case 'guild.available':
      return guildCreateDispatch(world, visibility, guild);
    case 'guild.updated':
      return jsonDispatch('GUILD_UPDATE', id, guildPayload(guild));
    case 'guild.unavailable':
      return jsonDispatch('GUILD_DELETE', id, { id, unavailable: true });
    case 'guild.deleted':
      return jsonDispatch('GUILD_DELETE', id, { id });
    case 'stickers.updated':
      return jsonDispatch('GUILD_STICKERS_UPDATE', id, { guild_id: id, stickers: stickersPayload(guild) });
  }
}

/** The guild at the start of a session; voice states are for sessions with the intent. */
export function guildCreateDispatch(world: World, visibility: Visibility, guild: GuildRecord): Dispatch {
  const threads = world.threads.active(guild.id).filter((thread) => visibility.seesThread(thread));
  const payload = guildCreatePayload(world, guild, threads);
  const d = JSON.stringify(payload);
  if (payload.voice_states.length === 0) return new Dispatch('GUILD_CREATE', guild.id, d);
  const silent = JSON.stringify({ ...payload, voice_states: [] });
  const tailor = (intents: number): string => (intents & GatewayIntentBits.GuildVoiceStates ? d : silent);
  return new Dispatch('GUILD_CREATE', guild.id, d, { tailor });
}

const CHANNEL_EVENTS = {
  'channel.created': 'CHANNEL_CREATE',
  'channel.updated': 'CHANNEL_UPDATE',
  'channel.deleted': 'CHANNEL_DELETE',
} as const;

function channelDispatch({ kind, channel }: Extract<Fact, { kind: keyof typeof CHANNEL_EVENTS }>): Dispatch {
  return jsonDispatch(CHANNEL_EVENTS[kind], channel.guildId, channelPayload(channel));
}

function pinsDispatch({ id, guildId, lastPinAtMs }: ChannelOrThread): Dispatch {
  return jsonDispatch('CHANNEL_PINS_UPDATE', guildId, {
    guild_id: guildId,
    channel_id: id,
    last_pin_timestamp: lastPinAtMs ? discordTime(lastPinAtMs) : null,
  });
}

function webhooksDispatch({ guildId, channelId }: WebhookRecord): Dispatch {
  return jsonDispatch('WEBHOOKS_UPDATE', guildId, { guild_id: guildId, channel_id: channelId });
}

function inviteDeleteDispatch({ code, guildId, channelId }: InviteRecord): Dispatch {
  return jsonDispatch('INVITE_DELETE', guildId, { code, guild_id: guildId, channel_id: channelId });
}

function reactionEvent(fact: ReactionFact): string {
  if (fact.kind === 'reaction.added') return 'MESSAGE_REACTION_ADD';
  if (fact.kind === 'reaction.removed') return 'MESSAGE_REACTION_REMOVE';
  return fact.emoji === null ? 'MESSAGE_REACTION_REMOVE_ALL' : 'MESSAGE_REACTION_REMOVE_EMOJI';
}

type MessageFact = Extract<Fact, { kind: `message.${string}` }>;

function messageDispatch(world: World, fact: MessageFact): Dispatch {
  const { channel } = fact;
  const place = { channel_id: channel.id, guild_id: channel.guildId };
  switch (fact.kind) {
    case 'message.created':
      return messageStateDispatch(world, 'MESSAGE_CREATE', fact);
    case 'message.updated':
      return messageStateDispatch(world, 'MESSAGE_UPDATE', fact);
    case 'message.deleted':
      return jsonDispatch('MESSAGE_DELETE', channel.guildId, { id: fact.messageId, ...place });
    case 'message.bulk_deleted':
      return jsonDispatch('MESSAGE_DELETE_BULK', channel.guildId, { ids: fact.messageIds, ...place });
  }
}

type MessageStateFact = Extract<Fact, { kind: 'message.created' | 'message.updated' }>;

function messageStateDispatch(world: World, t: string, { message, channel }: MessageStateFact): Dispatch {
  const payload = messageDispatchPayload(world, message, channel);
  const d = JSON.stringify(payload);
  if (isContentAlwaysShown(world, message)) return new Dispatch(t, channel.guildId, d);
  let hidden: string | null = null;
  const tailor = (intents: number): string =>
    intents & MESSAGE_CONTENT ? d : (hidden ??= JSON.stringify(withoutContent(payload)));
  return new Dispatch(t, channel.guildId, d, { tailor });
}
