import { jest } from '@jest/globals';
import { ServerClock } from './server-clock.js';

describe('ServerClock', () => {
  afterEach(() => jest.restoreAllMocks());

  it('ServerClock returns the server’s time, however this machine’s clock is set', () => {
    const clock = new ServerClock();
    clock.synchronize('2026-01-02T03:04:05.678Z');
    jest.spyOn(Date, 'now').mockReturnValue(0);
    expect(Math.abs(clock.now() - Date.parse('2026-01-02T03:04:05.678Z'))).toBeLessThan(60_000);
    expect(clock.iso).toMatch(/^2026-01-02T03:0/);
  });

  it('ServerClock keeps counting, and keeps its value if a server sends no usable time', () => {
    const clock = new ServerClock();
    clock.synchronize('2026-01-02T03:04:05Z');
    const before = clock.now();
    clock.synchronize(undefined);
    clock.synchronize('soon');
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    expect(clock.now() - before).toBeLessThan(60_000);
  });
});
