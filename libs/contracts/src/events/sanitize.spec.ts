import fc from 'fast-check';
import { codePoint } from '../../../../test/support/values/code-point.js';
import * as sanitize from './sanitize.js';
import type { ReadTally } from './sanitize.js';

const sanitizeText = (text: string, maxChars: number, tally: ReadTally = { dropped: 0 }) =>
  sanitize.sanitizeText(text, maxChars, tally);
const sanitizeUrl = (url: string, tally: ReadTally = { dropped: 0 }) => sanitize.sanitizeUrl(url, tally);
const sanitizeJsonObject = (value: unknown, tally: ReadTally = { dropped: 0 }) =>
  sanitize.sanitizeJsonObject(value, tally);

describe('sanitizeText', () => {
  it('sanitizeText keeps HTML and SQL as the text they are', () => {
    const text = `<script>alert("x")</script>'; DROP TABLE messages; --`;
    expect(sanitizeText(text, 1_000)).toBe(text);
  });

  it('sanitizeText keeps every control character except NUL, whose place stays visible', () => {
    const kept = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code))
      .slice(1)
      .join('');
    expect(sanitizeText(kept, 100)).toBe(kept);
    expect(sanitizeText('a\u0000b', 100)).toBe('a\ufffdb');
  });

  it('sanitizeText replaces unpaired surrogates and keeps pairs', () => {
    expect(sanitizeText('a\ud800b\udc00c😀', 100)).toBe('a\ufffdb\ufffdc😀');
  });

  it('sanitizeText never cuts a surrogate pair apart', () => {
    expect(sanitizeText('ab😀', 3)).toBe('ab');
    expect(sanitizeText('ab😀', 4)).toBe('ab😀');
  });

  it('sanitizeText makes any string storable, bounded and stable', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), fc.integer({ min: 1, max: 50 }), (text, maxChars) => {
        const clean = sanitizeText(text, maxChars);
        expect(clean.length).toBeLessThanOrEqual(maxChars);
        expect(clean).not.toContain('\0');
        expect(clean).not.toMatch(/\p{Surrogate}/u);
        expect(sanitizeText(clean, maxChars)).toBe(clean);
      }),
    );
  });
});

describe('sanitizeUrl', () => {
  it('sanitizeUrl drops the signature and the fragment', () => {
    expect(sanitizeUrl('https://cdn.example/a/b.png?ex=1&is=2&hm=3#x')).toBe('https://cdn.example/a/b.png');
  });
});

describe('sanitizeJsonObject', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 'x' : { inner: nested(depth - 1) });

  it('sanitizeJsonObject cleans text at every depth, including keys', () => {
    expect(sanitizeJsonObject({ 'ti\u0000tle': 'a\u0000', fields: [{ value: 'b\u0000' }] })).toEqual({
      'ti\ufffdtle': 'a\ufffd',
      fields: [{ value: 'b\ufffd' }],
    });
  });

  it.each([
    ['no object', 'text'],
    ['an array', []],
    ['over 64 KiB', { fields: Array.from({ length: 5 }, () => ({ value: 'x'.repeat(16_000) })) }],
    ['deeper than any embed', nested(5_000)],
  ])('sanitizeJsonObject rejects an object that is %s', (_, value) => {
    expect(sanitizeJsonObject(value)).toBeUndefined();
  });

  it('sanitizeJsonObject writes -0 as the 0 that JSON has for it', () => {
    expect(sanitizeJsonObject({ width: -0 })).toEqual({ width: 0 });
  });

  it('sanitizeJsonObject keeps a key named __proto__ as data', () => {
    const clean = sanitizeJsonObject(JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(Object.keys(clean!)).toEqual(['__proto__']);
    expect((clean as Record<string, unknown>).polluted).toBeUndefined();
  });
});

it('every text that is cut is counted, also inside of an embed and in a URL', () => {
  const tally = { dropped: 0 };
  expect(sanitizeText('abcd', 4, tally)).toBe('abcd');
  expect(sanitizeJsonObject({ title: 'x'.repeat(16_384), fields: [{ value: 'y' }] }, tally)).toBeDefined();
  expect(sanitizeUrl(`https://cdn.example/${'a'.repeat(2_000)}`, tally)).toHaveLength(2_020);
  expect(tally.dropped).toBe(0);
  expect(sanitizeText('abcde', 4, tally)).toBe('abcd');
  sanitizeJsonObject({ ['k'.repeat(1_025)]: 1, fields: [{ value: 'x'.repeat(16_385) }] }, tally);
  expect(sanitizeUrl(`https://cdn.example/${'a'.repeat(4_000)}?ex=1`, tally)).toHaveLength(2_048);
  expect(tally.dropped).toBe(4);
});
