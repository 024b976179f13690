import { nextHeartbeatMs } from './lease-keeper.js';

describe('nextHeartbeatMs', () => {
  it('the next heartbeat is due at the regular time while every member is alive for longer', () => {
    expect(nextHeartbeatMs(1_000, null)).toBe(1_000);
    expect(nextHeartbeatMs(1_000, 2_000)).toBe(1_000);
  });

  it('the next heartbeat is due just after a member expires, and not before', () => {
    expect(nextHeartbeatMs(1_000, 400)).toBeGreaterThan(400);
    expect(nextHeartbeatMs(1_000, 400)).toBeLessThan(1_000);
  });
});
