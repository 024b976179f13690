import fc from 'fast-check';
import { created, id } from '../testing/events.js';
import { decodeEntry, decodeUtf8, storableJson } from './decode-entry.js';

const entry = (payload: string | object) => {
  const data = new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return { seq: 1, subject: 's', data, sizeBytes: data.byteLength, storedAtMs: 0, pending: 0 };
};

describe('decodeEntry', () => {
  it.each([
    ['not_json', '{'],
    ['not_an_event', '{"a":1}'],
    ['unknown_type', { ...created(1), type: 'moon.risen' }],
    ['unstorable_id', created(1, { id: id(2n ** 63n) })],
  ])('the reason is reported when a message is skipped: %s', (reason, payload) => {
    expect(decodeEntry(entry(payload))).toMatchObject({ kind: 'skipped', reason });
  });

  it('an event of a newer version is not skipped', () => {
    expect(decodeEntry(entry({ ...created(1), typeversion: 99 }))).toMatchObject({ kind: 'newer' });
  });

  it('an event whose data does not match its type is parked', () => {
    expect(decodeEntry(entry({ ...created(1), time: 'never' }))).toMatchObject({
      kind: 'poison',
      code: 'RangeError',
    });
  });
});

describe('decodeUtf8', () => {
  const reference = (data: Uint8Array) => new TextDecoder().decode(data);

  it('any text is decoded as by TextDecoder, also as part of a larger buffer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const data = new TextEncoder().encode(`_${text}_`).subarray(1, -1);
        expect(decodeUtf8(data)).toBe(reference(data));
      }),
    );
  });

  it('any bytes are decoded as by TextDecoder', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
        expect(decodeUtf8(data)).toBe(reference(data));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['efbbbf7b7d', 'efbbbfefbbbf', 'c0af', 'eda080', 'f0808080', 'f8'])(
    'a byte order mark and invalid bytes are decoded as by TextDecoder: %s',
    (hex) => {
      const data = new Uint8Array(Buffer.from(hex, 'hex'));
      expect(decodeUtf8(data)).toBe(reference(data));
    },
  );
});

describe('storableJson', () => {
  it.each([
    ['"a\\u0000b"', 'ab'],
    ['"\\u0000\\u0000"', ''],
    ['"\\\\u0000"', '\\u0000'],
    ['"\\\\\\u0000"', '\\'],
    ['"\\ud83d\\ude00"', '😀'],
    ['"\\uD83D"', '\ufffd'],
    ['"\\ude00x"', '\ufffdx'],
    ['"\\ud83d\\ud83d\\ude00"', '\ufffd😀'],
  ])('storableJson makes %s storable', (json, text) => {
    expect(JSON.parse(storableJson(json))).toBe(text);
  });

  it('storableJson removes every NUL and every unpaired surrogate, and keeps the rest', () => {
    const units = ['\\', 'u', '0000', '\0', '\ud83d', '\ude00', 'd83d', '"', 'a'];
    const storable = (text: string) =>
      text
        .replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (unit) =>
          unit.length === 2 ? unit : '\ufffd',
        )
        .replaceAll('\0', '');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...units) }), (text) => {
        expect(JSON.parse(storableJson(JSON.stringify(text)))).toBe(storable(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
