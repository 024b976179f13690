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
  ])('names Discord’s type %d %s', (type, name) => expect(channelTypeOf(type)).toBe(name));

  it('names a type that Discord adds later unknown', () => expect(channelTypeOf(99)).toBe('unknown'));
});
