import type { APIGuildMember, APIRole, GatewayGuildCreateDispatchData } from 'discord-api-types/v10';
import type { GuildRecord, MemberRecord, RoleRecord, ThreadRecord } from '../state/model/records.js';
import { guildPermissions } from '../state/people/permissions.js';
import type { Snowflake } from '../state/model/snowflakes.js';
import type { World } from '../state/world.js';
import { channelPayload } from './channel-payload.js';
import { discordTime } from '../state/model/discord-time.js';
import { scheduledEventsPayload } from './scheduled-event-payload.js';
import { stickersPayload } from './sticker-payload.js';
import { threadWithOwnMember } from './thread-payload.js';
import { voiceStatePayload } from './voice-payload.js';
import { userPayload } from './user-payload.js';

/** A guild object, as in REST and GUILD_UPDATE. */
export function guildPayload(guild: GuildRecord) {
  return {
    ...IDENTITY_DEFAULTS,
    ...SETTING_DEFAULTS,
    ...identity(guild),
    system_channel_id: guild.systemChannelId ?? null,
    roles: guild.roles.map(rolePayload),
    stickers: stickersPayload(guild),
  };
}

/** The guild object of `GET /guilds/{id}` with `with_counts=true`. */
export function guildWithCountsPayload(world: World, guild: GuildRecord) {
  const members = world.members.count(guild.id);
  return { ...guildPayload(guild), approximate_member_count: members, approximate_presence_count: members };
}

/**
 * GUILD_CREATE, with the active threads that the bot may see. Its channels lack `guild_id`, as on Discord; `members` contains
 * only the bot (no GUILD_PRESENCES).
 */
export function guildCreatePayload(
  world: World,
  guild: GuildRecord,
  threads: ThreadRecord[],
): GatewayGuildCreateDispatchData {
  const channels = world.channelsOf(guild.id).map((channel) => {
    const { guild_id: _implied, ...rest } = channelPayload(channel);
    return rest;
  });
  return {
    ...guildPayload(guild),
    joined_at: discordTime(guild.joinedAtMs),
    large: false,
    unavailable: false,
    member_count: world.members.count(guild.id),
    voice_states: world.voice.of(guild.id).map(voiceStatePayload),
    members: [memberWithUserPayload(world, world.members.get(guild.id, world.bot.id))],
    channels,
    threads: threads.map((thread) => threadWithOwnMember(world, thread)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: scheduledEventsPayload(guild),
    soundboard_sounds: [],
  } as unknown as GatewayGuildCreateDispatchData;
}

export function memberWithUserPayload(world: World, member: MemberRecord): APIGuildMember {
  return { ...memberPayload(member), user: userPayload(world.user(member.userId)) };
}

const built = new WeakMap<MemberRecord, Omit<APIGuildMember, 'user'>>();

/** A member of a guild without its user. Built once per record, because every message contains one. */
export function memberPayload(member: MemberRecord): Omit<APIGuildMember, 'user'> {
  const known = built.get(member);
  if (known) return known;
  const payload = {
    roles: member.roleIds,
    joined_at: discordTime(member.joinedAtMs),
    nick: member.nick,
    avatar: null,
    banner: null,
    premium_since: null,
    communication_disabled_until:
      member.timedOutUntilMs === null ? null : discordTime(member.timedOutUntilMs),
    flags: 0 as APIGuildMember['flags'],
    pending: member.pending,
    mute: false,
    deaf: false,
  };
  built.set(member, payload);
  return payload;
}

/** An item of `GET /users/@me/guilds` for the member `userId`. */
export function myGuildPayload(world: World, guild: GuildRecord, userId: Snowflake, isCounted: boolean) {
  const members = world.members.count(guild.id);
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    banner: null,
    owner: guild.ownerId === userId,
    permissions: guildPermissions(world, guild, userId).toString(),
    features: [],
    ...(isCounted ? { approximate_member_count: members, approximate_presence_count: members } : {}),
  };
}

export function rolePayload(role: RoleRecord): APIRole {
  return {
    id: role.id,
    name: role.name,
    permissions: role.permissions,
    position: role.position,
    color: role.color ?? 0,
    colors: { primary_color: role.color ?? 0, secondary_color: null, tertiary_color: null },
    hoist: role.hoist ?? false,
    managed: role.botId !== null,
    mentionable: role.mentionable ?? false,
    icon: null,
    unicode_emoji: null,
    flags: 0 as APIRole['flags'],
    ...(role.botId === null ? {} : { tags: { bot_id: role.botId } }),
  };
}

function identity(guild: GuildRecord) {
  return { id: guild.id, name: guild.name, description: guild.description, owner_id: guild.ownerId };
}

const IDENTITY_DEFAULTS = {
  icon: null,
  splash: null,
  discovery_splash: null,
  home_header: null,
  banner: null,
  features: [],
  emojis: [],
  vanity_url_code: null,
  application_id: null,
  region: 'us-central',
  preferred_locale: 'en-US',
} as const;

const SETTING_DEFAULTS = {
  afk_channel_id: null,
  afk_timeout: 300,
  system_channel_flags: 0,
  rules_channel_id: null,
  public_updates_channel_id: null,
  safety_alerts_channel_id: null,
  widget_enabled: false,
  widget_channel_id: null,
  verification_level: 1,
  default_message_notifications: 1,
  explicit_content_filter: 0,
  mfa_level: 0,
  max_presences: null,
  max_members: 500_000,
  max_video_channel_users: 25,
  max_stage_video_channel_users: 50,
  premium_tier: 0,
  premium_subscription_count: 0,
  premium_progress_bar_enabled: false,
  nsfw: false,
  nsfw_level: 0,
  incidents_data: null,
} as const;
