import { nextShardStatus, NEW_SHARD, type ShardEvent } from './shard-status.js';

const after = (...events: ShardEvent[]) => events.reduce(nextShardStatus, NEW_SHARD);
const opening: ShardEvent = { type: 'opening' };
const connected: ShardEvent = { type: 'connected' };
const closed: ShardEvent = { type: 'closed', final: false };

describe('afterShardEvent', () => {
  it('the status of a shard goes through connecting and identifying to connected', () => {
    expect(after(opening).state).toBe('CONNECTING');
    expect(after(opening, { type: 'hello', resuming: false }).state).toBe('IDENTIFYING');
    expect(after(opening, { type: 'hello', resuming: false }, connected).state).toBe('CONNECTED');
  });

  it('the status of a shard stays reconnecting from the loss of a connection until the session is resumed', () => {
    const lost = [opening, connected, closed];
    expect(after(...lost).state).toBe('RECONNECTING');
    expect(after(...lost, opening, { type: 'hello', resuming: true }).state).toBe('RECONNECTING');
    expect(after(...lost, opening, { type: 'hello', resuming: true }, connected).state).toBe('CONNECTED');
  });

  it('the status of a shard counts consecutive failures; a lost connection is none, and a session resets the count', () => {
    expect(after(opening, closed, opening, closed).failures).toBe(2);
    expect(after(opening, connected, closed).failures).toBe(0);
    expect(after(opening, closed, opening, connected).failures).toBe(0);
  });

  it('the status of a shard is disconnected after a close that is meant to last', () => {
    expect(after(opening, connected, { type: 'closed', final: true }).state).toBe('DISCONNECTED');
  });
});
