import fc from 'fast-check';
import type { Snowflake } from '@discord-relay/contracts';
import { channelOfPath, pathOfChannel } from './channel-address.js';

describe('the address of a channel', () => {
  it('leads back to the channel', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const id = String(value) as Snowflake;
        expect(channelOfPath(pathOfChannel(id))).toBe(id);
      }),
    );
  });

  it.each([
    '/',
    '/channels',
    '/channels/',
    '/channels/abc',
    '/channels/1/2',
    '/channels/99999999999999999999',
  ])('is not %j', (path) => {
    expect(channelOfPath(path)).toBeNull();
  });
});
