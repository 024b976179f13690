import { ChannelType as Discord } from 'discord-api-types/v10';
import { channelTypeOf } from './channel-type.js';

describe('channelTypeOf', () => {
  it.each([
    [Discord.GuildText, 'text'],
    [Discord.GuildVoice, 'voice'],
    [Discord.GuildCategory, 'category'],
    [Discord.GuildAnnouncement, 'announcement'],
    [Discord.GuildStageVoice, 'stage'],
    [Discord.GuildForum, 'forum'],
    [Discord.GuildMedia, 'media'],
    [Discord.PublicThread, 'public_thread'],
    [Discord.PrivateThread, 'private_thread'],
    [Discord.AnnouncementThread, 'announcement_thread'],
  ])('Discord’s channel type %d is named %s', (type, name) => expect(channelTypeOf(type)).toBe(name));

  it('a channel type that Discord adds later is named unknown', () =>
    expect(channelTypeOf(99)).toBe('unknown'));
});
