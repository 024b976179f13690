import { formatUptime } from './format-uptime.js';

describe('formatUptime', () => {
  it.each([
    [0, '0s'],
    [42_000, '42s'],
    [3_600_000, '1h'],
    [93_784_000, '1d 2h'],
  ])('an uptime of %d ms is shown as %s', (ms, text) => expect(formatUptime(ms)).toBe(text));
});
