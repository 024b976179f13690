import fc from 'fast-check';
import type { Snowflake } from '@discord-relay/contracts';
import { GuildCursors, MAX_GUILDS, seqOf, VECTOR } from './guild-cursors.js';

const snowflake = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map((id) => String(id) as Snowflake);
const seq = fc.nat(Number.MAX_SAFE_INTEGER);
const SMALL_HEADER_BYTES = 8_192;

describe('the cursor of several guilds', () => {
  it('the cursor of several guilds is parsed as it was written', () => {
    fc.assert(
      fc.property(fc.dictionary(snowflake, seq), (seqs) => {
        const cursors = new GuildCursors();
        for (const [id, at] of Object.entries(seqs)) cursors.set(id as Snowflake, at);
        const text = String(cursors);
        expect(text).toMatch(VECTOR);
        const read = GuildCursors.parse(text)!;
        expect(new Set(read.guildIds)).toEqual(new Set(Object.keys(seqs)));
        for (const [id, at] of Object.entries(seqs)) expect(read.get(id as Snowflake)).toBe(at);
      }),
    );
  });

  it('the cursor of several guilds drops a guild that is gone, and is never empty text', () => {
    const cursors = new GuildCursors();
    cursors.set('100' as Snowflake, 5);
    cursors.delete('100' as Snowflake);
    expect(String(cursors)).toBe('~');
    expect(GuildCursors.parse('~')!.guildIds).toEqual([]);
  });

  it('the cursor of the maximum number of guilds fits into a header', () => {
    const cursors = new GuildCursors();
    for (let n = 0n; n < MAX_GUILDS; n++) cursors.set(String(2n ** 63n + n) as Snowflake, 10 ** 11);
    expect(String(cursors).length).toBeLessThan(SMALL_HEADER_BYTES);
  });

  it.each(['', '1', '~1', '~1.', '~1.2~', '1.2', '~A.1', '~1.2 ', `~${'z'.repeat(14)}.1`])(
    'the cursor of several guilds is not %j',
    (text) => expect(GuildCursors.parse(text)).toBeUndefined(),
  );
});

describe('the cursor of one guild', () => {
  it('the cursor of one guild is a number, or its part of a cursor of several guilds; anything else is unknown', () => {
    const id = '100' as Snowflake;
    const cursors = new GuildCursors();
    cursors.set(id, 7);
    expect(seqOf(undefined, id)).toBeUndefined();
    expect(seqOf('12', id)).toBe(12);
    expect(seqOf(String(cursors), id)).toBe(7);
    expect(seqOf('~', id)).toBeNaN();
    expect(seqOf('garbage', id)).toBeNaN();
  });
});
