import { parseDuration } from './duration.js';

describe('parseDuration', () => {
  it.each([
    ['90s', 90],
    ['15m', 900],
    ['1h', 3_600],
    ['30d', 2_592_000],
  ])('the duration %s is parsed as %d seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(['', '1', 'h', '0h', '-1h', '1.5h', '1w', '1h30m', ' 1h'])('%j is rejected as a duration', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});
