import fc from 'fast-check';
import { parseJson, snowflakeField } from './parse-json.js';

describe('parseJson', () => {
  it('parseJson keeps every digit of a 64-bit integer', () => {
    const text = '{"id":18446744073709551615,"list":[ 1329875438975438975, 5],"n":-9223372036854775807}';
    expect(parseJson(text)).toEqual({
      id: '18446744073709551615',
      list: ['1329875438975438975', 5],
      n: '-9223372036854775807',
    });
  });

  it('parseJson parses numbers that a double can represent as numbers, and strings as they are', () => {
    const text = '{"a":9007199254740991,"b":1.5e300,"c":"x: 1234567890123456789","d":1234567890123456.5}';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('parseJson parses the output of JSON.stringify like JSON.parse, except for integers beyond a double', () => {
    const exact = (_key: string, value: unknown) =>
      typeof value === 'number' && /^-?\d+$/.test(String(value)) && !Number.isSafeInteger(value)
        ? String(value)
        : value;
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({ value, long: '1234567890123456789' });
        expect(parseJson(`{"marker": 12345678901234567890, "rest": ${text}}`)).toEqual({
          marker: '12345678901234567890',
          rest: JSON.parse(text, exact) as unknown,
        });
      }),
    );
  });

  it('parseJson rejects malformed text with a SyntaxError', () => {
    for (const text of ['', '{', '[12345678901234567890', '{"a":12345678901234567890,}'])
      expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('parseJson normalizes a snowflake that is a string or an integer', () => {
    const ids = parseJson('["1329875438975438975", 1329875438975438975, 7]') as unknown[];
    expect(ids.map((id) => snowflakeField.parse(id))).toEqual([
      '1329875438975438975',
      '1329875438975438975',
      '7',
    ]);
    for (const wrong of [-1, 1.5, '', 'x', '18446744073709551616', null])
      expect(snowflakeField.safeParse(wrong).success).toBe(false);
  });
});
