import type { PeopleFact } from '../../state/model/facts.js';
import type { ChannelOrThread } from '../../state/model/records.js';
import type { World } from '../../state/world.js';
import { auditEntryPayload } from '../../payloads/audit-payload.js';
import { memberWithUserPayload, rolePayload } from '../../payloads/guild-payload.js';
import { userPayload } from '../../payloads/user-payload.js';
import { voiceStatePayload } from '../../payloads/voice-payload.js';
import { jsonDispatch, type Dispatch } from './dispatch.js';
import { epochMs } from '../../state/model/world-types.js';

/** Dispatches about roles, members, bans and voice states. */
export function peopleDispatch(world: World, fact: PeopleFact): Dispatch {
  switch (fact.kind) {
    case 'role.created':
    case 'role.updated': {
      const t = fact.kind === 'role.created' ? 'GUILD_ROLE_CREATE' : 'GUILD_ROLE_UPDATE';
      return jsonDispatch(t, fact.guild.id, { guild_id: fact.guild.id, role: rolePayload(fact.role) });
    }
    case 'role.deleted':
      return jsonDispatch('GUILD_ROLE_DELETE', fact.guild.id, {
        guild_id: fact.guild.id,
        role_id: fact.role.id,
      });
    case 'member.joined':
    case 'member.updated':
    case 'member.left':
      return memberDispatch(world, fact);
    case 'ban.added':
    case 'ban.removed': {
      const d = { guild_id: fact.guildId, user: userPayload(world.user(fact.userId)) };
      return jsonDispatch(fact.kind === 'ban.added' ? 'GUILD_BAN_ADD' : 'GUILD_BAN_REMOVE', fact.guildId, d);
    }
    case 'audit.logged': {
      const { guildId } = fact.entry;
      const d = { ...auditEntryPayload(fact.entry), guild_id: guildId };
      return jsonDispatch('GUILD_AUDIT_LOG_ENTRY_CREATE', guildId, d);
    }
    case 'voice.joined':
    case 'voice.moved':
    case 'voice.left':
    case 'voice.updated':
      return voiceDispatch(world, fact);
  }
}

/** TYPING_START, which is not a fact. @throws WorldError UNKNOWN_MEMBER */
export function typingDispatch(world: World, { id, guildId }: ChannelOrThread, userId: string): Dispatch {
  const member = memberWithUserPayload(world, world.members.get(guildId, userId));
  const timestamp = Math.floor(epochMs() / 1000);
  const d = { channel_id: id, guild_id: guildId, user_id: userId, timestamp, member };
  return jsonDispatch('TYPING_START', guildId, d);
}

function memberDispatch(
  world: World,
  { kind, member }: Extract<PeopleFact, { kind: 'member.joined' | 'member.updated' | 'member.left' }>,
): Dispatch {
  const { guildId, userId } = member;
  if (kind === 'member.left') {
    const user = userPayload(world.user(userId));
    return jsonDispatch('GUILD_MEMBER_REMOVE', guildId, { guild_id: guildId, user });
  }
  const t = kind === 'member.joined' ? 'GUILD_MEMBER_ADD' : 'GUILD_MEMBER_UPDATE';
  // Events about the bot itself need no intent.
  const needs = kind === 'member.updated' && userId === world.bot.id ? { intents: 0 } : {};
  return jsonDispatch(t, guildId, { ...memberWithUserPayload(world, member), guild_id: guildId }, needs);
}

function voiceDispatch(world: World, { state }: Extract<PeopleFact, { state: unknown }>): Dispatch {
  const member = world.members.find(state.guildId, state.userId);
  return jsonDispatch('VOICE_STATE_UPDATE', state.guildId, {
    ...voiceStatePayload(state),
    guild_id: state.guildId,
    ...(member ? { member: memberWithUserPayload(world, member) } : {}),
  });
}
