import { nextHeartbeatMs } from './lease-keeper.js';

describe('nextHeartbeatMs', () => {
  it('the next heartbeat is due at the regular time while every member is alive for longer', () => {
    expect(nextHeartbeatMs(1_000, null, false)).toBe(1_000);
    expect(nextHeartbeatMs(1_000, 2_000, false)).toBe(1_000);
  });

  it('the next heartbeat is due just after a member expires, and not before', () => {
    expect(nextHeartbeatMs(1_000, 400, false)).toBeGreaterThan(400);
    expect(nextHeartbeatMs(1_000, 400, false)).toBeLessThan(1_000);
  });

  it('the next heartbeat is due soon while the process may own more partitions', () => {
    expect(nextHeartbeatMs(1_000, null, true)).toBeLessThanOrEqual(200);
    expect(nextHeartbeatMs(100, null, true)).toBe(100);
  });
});
