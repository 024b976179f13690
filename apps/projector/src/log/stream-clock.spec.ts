import { StreamClock } from './stream-clock.js';

describe('StreamClock', () => {
  it('StreamClock uses the server’s last answer and the monotonic clock', () => {
    const clock = new StreamClock();
    clock.observe('2025-01-01T00:00:00.000Z', 5_000);
    expect(new Date(clock.nowMs(7_500)).toISOString()).toBe('2025-01-01T00:00:02.500Z');
    clock.observe('2025-01-01T01:00:00.000Z', 10_000);
    expect(new Date(clock.nowMs(10_000)).toISOString()).toBe('2025-01-01T01:00:00.000Z');
  });

  it('StreamClock keeps its offset when the server sends no usable time', () => {
    const clock = new StreamClock();
    clock.observe('2025-01-01T00:00:00.000Z', 0);
    for (const nothing of ['', undefined]) clock.observe(nothing, 0);
    expect(clock.nowMs(0)).toBe(Date.parse('2025-01-01T00:00:00.000Z'));
  });
});
