import fc from 'fast-check';
import { compareSnowflakes, isSnowflake, type Snowflake, snowflakeTimeMs } from './snowflake.js';

describe('snowflakes', () => {
  it('accepts what Discord sends and nothing else', () => {
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

  it('knows when an id was made', () =>
    expect(new Date(snowflakeTimeMs('175928847299117063' as Snowflake)).toISOString()).toBe(
      '2016-04-30T11:18:25.796Z',
    ));

  it('orders ids by value', () => {
    const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(id, id, (a, b) => {
        expect(Math.sign(compareSnowflakes(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });
});
