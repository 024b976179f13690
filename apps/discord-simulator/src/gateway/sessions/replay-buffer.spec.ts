import fc from 'fast-check';
import { textFrameOf, ReplayBuffer } from './replay-buffer.js';

const item = (seq: number, d = '{}') => ({ seq, head: '{"t":"X","op":0,"s":', d });

describe('replay buffer', () => {
  it('the replay buffer keeps exactly the newest dispatches', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 5000 }), (capacity, count) => {
        const buffer = new ReplayBuffer(capacity, 1e9);
        for (let seq = 1; seq <= count; seq++) buffer.push(item(seq));
        const oldest = Math.max(1, count - capacity + 1);
        expect(buffer.size).toBe(Math.min(capacity, count));
        expect(buffer.get(oldest)?.seq).toBe(count === 0 ? undefined : oldest);
        expect(buffer.get(count)?.seq).toBe(count === 0 ? undefined : count);
        expect(buffer.get(oldest - 1)).toBeUndefined();
        expect(buffer.get(count + 1)).toBeUndefined();
      }),
    );
  });

  it('the replay buffer has a limit in bytes too', () => {
    const buffer = new ReplayBuffer(1000, 100);
    for (let seq = 1; seq <= 10; seq++) buffer.push(item(seq, 'x'.repeat(40)));
    expect(buffer.size).toBe(2);
    expect(buffer.get(9)?.seq).toBe(9);
  });

  it('the replay buffer inserts the sequence number into a frame', () => {
    expect(JSON.parse(textFrameOf(item(7, '{"a":1}')))).toEqual({ t: 'X', op: 0, s: 7, d: { a: 1 } });
  });
});
