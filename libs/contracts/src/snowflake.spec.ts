import fc from 'fast-check';
import {
  compareSnowflakes,
  DISCORD_EPOCH_MS,
  firstSnowflakeAt,
  isSnowflake,
  LAST_SNOWFLAKE,
  type Snowflake,
  snowflakeTimeMs,
} from './snowflake.js';

describe('snowflakes', () => {
  it('the snowflake parser accepts the ids that Discord sends and nothing else', () => {
    for (const good of ['0', '175928847299117063', '18446744073709551615'])
      expect(isSnowflake(good)).toBe(true);
    for (const bad of [
      '',
      '-1',
      '1.5',
      '1e3',
      ' 1',
      '18446744073709551616',
      '0x1f',
      'general',
      1,
      null,
      undefined,
      {},
    ]) {
      expect(isSnowflake(bad)).toBe(false);
    }
  });

  it('a snowflake contains the creation time of its object', () =>
    expect(new Date(snowflakeTimeMs('175928847299117063' as Snowflake)).toISOString()).toBe(
      '2016-04-30T11:18:25.796Z',
    ));

  it('the first id of a time is within the range of a database column', () => {
    const latest = snowflakeTimeMs(LAST_SNOWFLAKE);
    fc.assert(
      fc.property(fc.integer({ min: DISCORD_EPOCH_MS + 1, max: latest }), (timeMs) => {
        const id = firstSnowflakeAt(timeMs);
        expect(snowflakeTimeMs(id)).toBe(timeMs);
        expect(snowflakeTimeMs(String(BigInt(id) - 1n) as Snowflake)).toBe(timeMs - 1);
      }),
    );
    expect([0, latest * 2].map(firstSnowflakeAt)).toEqual(['0', LAST_SNOWFLAKE]);
  });

  it('snowflakes are ordered by value', () => {
    const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(id, id, (a, b) => {
        expect(Math.sign(compareSnowflakes(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });
});
