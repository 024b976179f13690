import { reconnectDelayMs } from './reconnect-delay.js';

describe('reconnectDelayMs', () => {
  it('the delay before a reconnection is never shorter than half a second', () => {
    expect([0, 1, 10].map((attempt) => reconnectDelayMs(attempt, 0))).toEqual([500, 500, 500]);
  });

  it('the delay before a reconnection doubles up to 20 seconds and stays jittered there', () => {
    expect([0, 1, 2, 30].map((attempt) => reconnectDelayMs(attempt, 0.999999))).toEqual([
      1000, 2000, 4000, 20_000,
    ]);
    expect(reconnectDelayMs(30, 0.5)).toBe(10_250);
  });
});
