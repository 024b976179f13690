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
  ])('treats %d as %s, which only an operator can solve', (closeCode, code) => {
    expect(errorOfCloseCode(closeCode, ['Guilds', 'MessageContent'])).toMatchObject({
      code,
      retry: 'stop',
    });
  });

  it('names the requested privileged intents, and where to enable them', () => {
    const failure = errorOfCloseCode(4014, ['Guilds', 'GuildMembers', 'MessageContent']);
    expect(failure?.message).toMatch(
      /enable “Server Members” and “Message Content” for the bot in the developer portal/,
    );
  });

  it.each([1000, 1001, 1006, 4000, 4007, 4009, 4200])('treats %d as no refusal', (closeCode) => {
    expect(errorOfCloseCode(closeCode, ['Guilds', 'MessageContent'])).toBeUndefined();
  });
});

describe('failureOfRequest', () => {
  const answer = (status: number) =>
    new DiscordAPIError({ code: 0, message: 'no' }, 0, status, 'GET', 'http://x', {
      body: undefined,
      files: [],
    });

  it('treats 401 as a refused token and everything else as an outage', () => {
    expect(errorOfRequest(answer(401), 'http://x')).toMatchObject({ code: 'DISCORD.TOKEN_REFUSED' });
    expect(errorOfRequest(answer(500), 'http://x')).toMatchObject({ code: 'DISCORD.UNREACHABLE' });
    expect(errorOfRequest(new Error('refused'), 'http://x')).toMatchObject({ retry: 'later' });
  });
});
