import fc from 'fast-check';
import { textFrame } from './text-frame.js';

/** Parses an unmasked frame according to RFC 6455, 5.2. */
function read(frame: Buffer): { head: number; length: number; content: Buffer } {
  const short = frame[1]!;
  if (short < 126) return { head: frame[0]!, length: short, content: frame.subarray(2) };
  if (short === 126) return { head: frame[0]!, length: frame.readUInt16BE(2), content: frame.subarray(4) };
  return { head: frame[0]!, length: Number(frame.readBigUInt64BE(2)), content: frame.subarray(10) };
}

describe('textFrame', () => {
  it('a text frame contains any text completely, in one final frame', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const { head, length, content } = read(textFrame(text));
        expect(head).toBe(0x81);
        expect(content.toString()).toBe(text);
        expect(length).toBe(content.length);
      }),
    );
  });

  it.each([0, 125, 126, 65_535, 65_536])(
    'a text frame encodes the length of %i bytes in the shortest form',
    (bytes) => {
      const frame = textFrame('x'.repeat(bytes));
      const headBytes = bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
      expect(frame.length).toBe(headBytes + bytes);
      expect(read(frame).length).toBe(bytes);
    },
  );
});
