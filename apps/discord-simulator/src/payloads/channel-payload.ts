import {
  ChannelType,
  type APIGuildChannel,
  type GuildChannelType as AnyGuildChannelType,
} from 'discord-api-types/v10';
import { discordTime } from '../state/model/discord-time.js';
import type { ChannelRecord, ForumTagRecord } from '../state/model/records.js';

/** A guild channel object with the fields of its type. */
export function channelPayload(channel: ChannelRecord): APIGuildChannel<AnyGuildChannelType> {
  return { ...common(channel), ...ofType(channel) } as APIGuildChannel<AnyGuildChannelType>;
}

function common(channel: ChannelRecord): object {
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    name: channel.name,
    position: channel.position,
    parent_id: channel.parentId,
    permission_overwrites: channel.permissionOverwrites,
    flags: 0,
  };
}

function ofType(channel: ChannelRecord): object {
  switch (channel.type) {
    case ChannelType.GuildCategory:
      return {};
    case ChannelType.GuildText:
      return { ...textFields(channel), rate_limit_per_user: channel.rateLimitPerUser };
    case ChannelType.GuildAnnouncement:
      return textFields(channel);
    case ChannelType.GuildVoice:
      return { ...voiceFields(channel), user_limit: 0 };
    case ChannelType.GuildStageVoice:
      return { ...voiceFields(channel), user_limit: 10_000, topic: channel.topic };
    case ChannelType.GuildForum:
      return forumFields(channel);
  }
}

function textFields(channel: ChannelRecord) {
  return {
    topic: channel.topic,
    nsfw: channel.nsfw,
    last_message_id: channel.lastMessageId,
    last_pin_timestamp: channel.lastPinAtMs ? discordTime(channel.lastPinAtMs) : null,
    default_auto_archive_duration: 4320,
  };
}

function forumFields(channel: ChannelRecord): object {
  const { last_pin_timestamp: _none, ...text } = textFields(channel);
  return {
    ...text,
    rate_limit_per_user: channel.rateLimitPerUser,
    available_tags: (channel.availableTags ?? []).map(forumTagPayload),
    default_reaction_emoji: null,
    default_sort_order: null,
    default_forum_layout: 0,
    default_thread_rate_limit_per_user: 0,
  };
}

const forumTagPayload = ({ id, name, moderated, emoji }: ForumTagRecord) => ({
  id,
  name,
  moderated,
  emoji_id: emoji?.id ?? null,
  // A custom emoji is named by its id alone.
  emoji_name: emoji?.id ? null : (emoji?.name ?? null),
});

function voiceFields(channel: ChannelRecord): object {
  return {
    nsfw: channel.nsfw,
    last_message_id: channel.lastMessageId,
    rate_limit_per_user: channel.rateLimitPerUser,
    bitrate: 64_000,
    rtc_region: null,
    video_quality_mode: 1,
  };
}
