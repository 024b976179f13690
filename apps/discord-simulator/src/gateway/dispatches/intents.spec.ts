import { GatewayIntentBits as I } from 'discord-api-types/v10';
import { areIntentsValid, intentsForGuildEvent } from './intents.js';

describe('intents', () => {
  it('the intent that a guild event requires is known', () => {
    expect(intentsForGuildEvent('MESSAGE_CREATE')).toBe(I.GuildMessages);
    expect(intentsForGuildEvent('CHANNEL_PINS_UPDATE')).toBe(I.Guilds);
    expect(intentsForGuildEvent('GUILD_MEMBER_ADD')).toBe(I.GuildMembers);
    expect(intentsForGuildEvent('SOMETHING_NEW')).toBe(0);
  });

  it('a value that is not a set of known intent bits is rejected', () => {
    expect(areIntentsValid(I.Guilds | I.GuildMessages | I.MessageContent)).toBe(true);
    for (const bad of [-1, 1.5, '513', null, undefined, 1 << 30, 2 ** 40])
      expect(areIntentsValid(bad)).toBe(false);
  });
});
