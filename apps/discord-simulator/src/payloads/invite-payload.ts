import { InviteType } from 'discord-api-types/v10';
import { discordTime } from '../state/model/discord-time.js';
import { expiryMs } from '../state/channels/invites.js';
import type { InviteRecord } from '../state/model/records.js';
import type { World } from '../state/world.js';
import { guildPayload } from './guild-payload.js';
import { userPayload } from './user-payload.js';

/** An invite object with its metadata, as REST returns it. */
export function invitePayload(world: World, invite: InviteRecord) {
  const { id, name, type } = world.channel(invite.channelId);
  return {
    ...terms(world, invite),
    type: InviteType.Guild,
    guild_id: invite.guildId,
    guild: inviteGuild(world, invite.guildId),
    channel: { id, name, type },
  };
}

/** `d` of INVITE_CREATE. */
export function inviteDispatchPayload(world: World, invite: InviteRecord) {
  return { ...terms(world, invite), guild_id: invite.guildId, channel_id: invite.channelId };
}

function terms(world: World, invite: InviteRecord) {
  const endMs = expiryMs(invite);
  return {
    code: invite.code,
    inviter: userPayload(world.user(invite.inviterId)),
    created_at: discordTime(invite.createdAtMs),
    expires_at: endMs === null ? null : discordTime(endMs),
    max_age: invite.maxAgeS,
    max_uses: invite.maxUses,
    temporary: invite.temporary,
    uses: 0,
  };
}

function inviteGuild(world: World, guildId: string) {
  const guild = guildPayload(world.guild(guildId));
  const { id, name, splash, banner, description, icon, features, verification_level } = guild;
  const { vanity_url_code, nsfw_level, nsfw, premium_subscription_count } = guild;
  const looks = { id, name, splash, banner, description, icon, features, verification_level };
  return { ...looks, vanity_url_code, nsfw_level, nsfw, premium_subscription_count };
}
