import { formatOffset, parseOffset } from './durable-offset.js';
import { nextStreamCursor } from './stream-cursor.js';

describe('the offsets of a durable stream', () => {
  it('the offsets of a durable stream have the order of the events as text', () => {
    const seqs = [0, 9, 10, 99, 1_000, 123_456_789, Number.MAX_SAFE_INTEGER];
    const offsets = seqs.map((seq) => formatOffset('k3x', seq));
    expect([...offsets].sort()).toEqual(offsets);
    expect(offsets.map((offset) => parseOffset(offset))).toEqual(seqs.map((seq) => ({ logId: 'k3x', seq })));
  });

  it.each(['', '0', '-2', 'Now', 'k3x_1', 'k3x_00000000000000001', 'K3X_0000000000000001', 'k3x.1'])(
    'the offsets of a durable stream do not include %j',
    (text) => expect(parseOffset(text)).toBeUndefined(),
  );

  it('the offsets of a durable stream include the words of the protocol', () => {
    expect([parseOffset('-1'), parseOffset('now')]).toEqual(['beginning', 'now']);
  });
});

describe('the cursor of a durable stream', () => {
  const EPOCH_MS = Date.parse('2024-10-09T00:00:00Z');

  it('the cursor of a durable stream is the number of the interval of 20 seconds', () => {
    expect(nextStreamCursor(undefined, EPOCH_MS + 59_999, 0.5)).toBe('2');
    expect(nextStreamCursor('1', EPOCH_MS + 40_000, 0.5)).toBe('2');
  });

  it.each([0, 0.5, 0.999])('the cursor of a durable stream always grows (random %d)', (random) => {
    expect(Number(nextStreamCursor('2', EPOCH_MS + 40_000, random))).toBeGreaterThan(2);
    expect(Number(nextStreamCursor('900', EPOCH_MS, random))).toBeGreaterThan(900);
  });
});
