import { DiscordAPIError } from '@discordjs/rest';
import { discordErrorKind, HistoryRequestError } from './history-request-error.js';

/** The library's error for a response with any body. */
function answer(status: number, body: unknown): DiscordAPIError {
  const data = body as { code: number; message: string };
  const request = { body: undefined, files: [] };
  return new DiscordAPIError(data, data.code, status, 'GET', 'http://x', request);
}

describe('discordWord', () => {
  it.each([
    [404, 10003, 'channel_gone'],
    [404, 10004, 'guild_gone'],
    [404, 10008, 'message_gone'],
    [400, 10014, 'emoji_gone'],
    [403, 50001, 'no_access'],
    [403, 50013, 'no_access'],
    [400, 50035, 'refused'],
    [403, 20012, 'refused'],
  ])('a response %d with code %d is treated as %s', (status, code, word) =>
    expect(discordErrorKind(answer(status, { code, message: 'no' }))).toBe(word),
  );

  it.each([
    [404, { error: 'no route' }],
    [404, { code: 0, message: '404: Not Found' }],
    [404, { code: 404, message: 'not found' }],
    [403, { message: 'forbidden by policy' }],
    [403, { code: '50001', message: 'as text' }],
    [404, new ArrayBuffer(8)],
    [401, { code: 50001, message: 'no' }],
    [429, { code: 20028, message: 'limited' }],
    [400, { code: 130_000, message: 'overloaded' }],
  ])('a response %d with %j is not accepted as Discord’s own', (status, body) =>
    expect(discordErrorKind(answer(status, body))).toBeUndefined(),
  );

  it('no other error is accepted as Discord’s own response', () => {
    for (const error of [new Error('10003'), new SyntaxError('<html>'), undefined])
      expect(HistoryRequestError.of(error).kind).toBeUndefined();
  });
});
