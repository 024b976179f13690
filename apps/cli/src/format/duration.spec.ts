import { parseDuration } from './duration.js';

describe('parseDuration', () => {
  it.each([
    ['90s', 90],
    ['15m', 900],
    ['1h', 3_600],
    ['30d', 2_592_000],
  ])('parses %s as %d seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(['', '1', 'h', '0h', '-1h', '1.5h', '1w', '1h30m', ' 1h'])('rejects %j', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});
