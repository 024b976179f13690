import fc from 'fast-check';
import { compareSnowflakes, isSnowflake, shardKey, SnowflakeSource, snowflakeTimeMs } from './snowflakes.js';

const AT_MS = 1_790_000_000_000;

describe('snowflakes', () => {
  it('snowflakes contain their time', () => {
    expect(snowflakeTimeMs(new SnowflakeSource().next(AT_MS))).toBe(AT_MS);
    expect(snowflakeTimeMs('175928847299117063')).toBe(1_462_015_105_796);
  });

  it('snowflakes increase strictly, whatever the clock does', () => {
    const clocks = fc.array(fc.integer({ min: AT_MS, max: AT_MS + 50 }), { minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(clocks, (times) => {
        const source = new SnowflakeSource();
        const ids = times.map((time) => BigInt(source.next(time)));
        return ids.every((id, i) => i === 0 || id > (ids[i - 1] ?? 0n));
      }),
    );
  });

  it('snowflakes stay unique when more are created than a millisecond has', () => {
    const source = new SnowflakeSource();
    const ids = new Set(Array.from({ length: 10_000 }, () => source.next(AT_MS)));
    expect(ids.size).toBe(10_000);
  });

  it('snowflakes never repeat an id from a state file', () => {
    const old = new SnowflakeSource();
    const ids = Array.from({ length: 5 }, () => old.next(AT_MS));
    const source = new SnowflakeSource();
    for (const id of ids) source.advanceTo(id);
    expect(BigInt(source.next(AT_MS))).toBeGreaterThan(BigInt(ids.at(-1) ?? '0'));
  });

  it('snowflakes compare like numbers', () => {
    const ids = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        const sign = a < b ? -1 : a > b ? 1 : 0;
        return Math.sign(compareSnowflakes(a.toString(), b.toString())) === sign;
      }),
    );
  });

  it('snowflakes are distinguished from other values', () => {
    for (const good of ['0', '1', '18446744073709551615']) expect(isSnowflake(good)).toBe(true);
    for (const bad of ['', '01', '-1', '1.5', 'abc', '18446744073709551616', 5, null])
      expect(isSnowflake(bad)).toBe(false);
  });

  it('snowflakes give the shard of a guild without losing precision', () => {
    expect(shardKey('197038439483310086')).toBe(Number(197038439483310086n >> 22n));
  });
});
