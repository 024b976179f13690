import { WebSocketShardDestroyRecovery } from '@discordjs/ws';
import { isSessionInvalidated } from './relay-shard.js';

const { Reconnect, Resume } = WebSocketShardDestroyRecovery;

describe('isSessionOver', () => {
  it('a session is over when Discord sends op 9 or closes with 4007', () => {
    expect(isSessionInvalidated({ reason: 'Invalid session', recover: Reconnect })).toBe(true);
    expect(isSessionInvalidated({ code: 4007, recover: Reconnect })).toBe(true);
  });

  it.each([
    ['a network error', { code: 1006, recover: Reconnect }],
    ['a timeout while connecting', { code: 1000, recover: Reconnect }],
    ['a reconnect that Discord requested', { recover: Resume }],
    ['our own stop', { code: 4200 }],
  ])('a session is not over because of %s', (_, options) => {
    expect(isSessionInvalidated(options)).toBe(false);
  });
});
