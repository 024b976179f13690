import { DiscordAPIError } from '@discordjs/rest';
import { errorOfCloseCode, errorOfRequest } from './discord-errors.js';

describe('failureOfCloseCode', () => {
  it.each([
    [4004, 'DISCORD.TOKEN_REFUSED'],
    [4013, 'DISCORD.INTENTS_REFUSED'],
    [4014, 'DISCORD.INTENTS_REFUSED'],
    [4010, 'DISCORD.SHARDS_REFUSED'],
    [4011, 'DISCORD.SHARDS_REFUSED'],
    [4012, 'DISCORD.SHARDS_REFUSED'],
  ])('close code %d is treated as %s, which only an operator can solve', (closeCode, code) => {
    expect(errorOfCloseCode(closeCode, ['Guilds', 'MessageContent'])).toMatchObject({
      code,
      retry: 'stop',
    });
  });

  it('a refusal of privileged intents names the requested ones, and where to enable them', () => {
    const failure = errorOfCloseCode(4014, ['Guilds', 'GuildMembers', 'MessageContent']);
    expect(failure?.message).toMatch(
      /enable “Server Members” and “Message Content” for the bot in the developer portal/,
    );
  });

  it.each([1000, 1001, 1006, 4000, 4007, 4009, 4200])(
    'close code %d is not treated as a refusal',
    (closeCode) => {
      expect(errorOfCloseCode(closeCode, ['Guilds', 'MessageContent'])).toBeUndefined();
    },
  );
});

describe('failureOfRequest', () => {
  const answer = (status: number) =>
    new DiscordAPIError({ code: 0, message: 'no' }, 0, status, 'GET', 'http://x', {
      body: undefined,
      files: [],
    });

  it('a response 401 is treated as a refused token, and everything else as an outage', () => {
    expect(errorOfRequest(answer(401), 'http://x')).toMatchObject({ code: 'DISCORD.TOKEN_REFUSED' });
    expect(errorOfRequest(answer(500), 'http://x')).toMatchObject({ code: 'DISCORD.UNREACHABLE' });
    expect(errorOfRequest(new Error('refused'), 'http://x')).toMatchObject({ retry: 'later' });
  });
});
