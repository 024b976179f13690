import fc from 'fast-check';
import { encodeFrame, findFrame, type Frame, readFrames } from './frame.js';

const record = fc.record({
  head: fc.string({ unit: 'grapheme' }),
  payload: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
});
const batches = fc.array(fc.array(record, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });

function framesOf(all: Frame['records'][]): Frame[] {
  let firstIndex = 0;
  return all.map((records) => {
    const frame = { firstIndex, records };
    firstIndex += records.length;
    return frame;
  });
}

describe('frames', () => {
  it('frames are read as they were written', () => {
    fc.assert(
      fc.property(batches, (all) => {
        const frames = framesOf(all);
        const bytes = Buffer.concat(frames.map(encodeFrame));
        expect(readFrames(bytes)).toEqual({ frames, end: bytes.length });
      }),
    );
  });

  it('frames are read up to the last complete one if the end is missing', () => {
    fc.assert(
      fc.property(batches, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (all, share) => {
        const frames = framesOf(all);
        const encoded = frames.map(encodeFrame);
        const bytes = Buffer.concat(encoded);
        const torn = bytes.subarray(0, Math.floor(bytes.length * share));
        let whole = 0;
        let end = 0;
        while (end + (encoded[whole]?.length ?? Infinity) <= torn.length) end += encoded[whole++]!.length;
        expect(readFrames(torn)).toEqual({ frames: frames.slice(0, whole), end });
        expect(findFrame(torn, end)).toBeUndefined();
      }),
    );
  });

  it('frames are distinguished from frames with one changed byte', () => {
    fc.assert(
      fc.property(batches, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, place, change) => {
        const frames = framesOf(all);
        const encoded = frames.map(encodeFrame);
        const bytes = Buffer.concat(encoded);
        const at = place % bytes.length;
        bytes[at] = bytes[at]! ^ change;
        let damaged = 0;
        for (let end = encoded[0]!.length; end <= at; end += encoded[damaged]!.length) damaged++;
        const { frames: read, end } = readFrames(bytes);
        expect(read).toEqual(frames.slice(0, damaged));
        const next = findFrame(bytes, end);
        expect(next).toEqual(frames[damaged + 1]);
      }),
    );
  });

  it('frames are not found in garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (garbage) => {
        expect(readFrames(Buffer.from(garbage))).toEqual({ frames: [], end: 0 });
        expect(findFrame(Buffer.from(garbage), 0)).toBeUndefined();
      }),
    );
  });
});
