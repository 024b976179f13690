import { connectedShards } from './discord-shards.js';

describe('connectedShards', () => {
  it('counts the shards that are connected', () => {
    const shards = [{ state: 'CONNECTED' }, { state: 'RECONNECTING' }, { state: 'CONNECTED' }];
    expect(connectedShards({ detail: { shards } })).toBe(2);
  });

  it.each([{}, { shards: 'x' }, { shards: [] }])('counts none in %j', (detail) => {
    expect(connectedShards({ detail })).toBe(0);
  });
});
