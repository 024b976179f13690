import fc from 'fast-check';
import { SendWindow, type Slot } from './send-window.js';

interface Item {
  n: number;
  bytes: number;
}

const windowOf = (count: number, maxItems: number, maxBytes = 1_000_000) => {
  const window = new SendWindow<Item>(maxItems, maxBytes);
  for (let n = 0; n < count; n++) window.push({ n, bytes: 10 });
  return window;
};

function takeAll(window: SendWindow<Item>): Slot<Item>[] {
  const slots: Slot<Item>[] = [];
  for (let slot = window.takeNext(); slot; slot = window.takeNext()) slots.push(slot);
  return slots;
}

const numbers = (slots: Slot<Item>[]) => slots.map((slot) => slot.item.n);

describe('SendWindow', () => {
  it('SendWindow returns items in order up to the number and the bytes that may be in flight', () => {
    expect(numbers(takeAll(windowOf(5, 3)))).toEqual([0, 1, 2]);
    expect(numbers(takeAll(windowOf(5, 100, 20)))).toEqual([0, 1]);
  });

  it('SendWindow allows a single item that is larger than the window', () => {
    expect(numbers(takeAll(windowOf(2, 3, 5)))).toEqual([0]);
  });

  it('the window has capacity when an item finishes', () => {
    const window = windowOf(4, 2);
    const [first] = takeAll(window);
    window.finish(first!);
    expect(numbers(takeAll(window))).toEqual([2]);
  });

  it('SendWindow returns items in flight again, in order, without finished ones', () => {
    const window = windowOf(5, 4);
    const slots = takeAll(window);
    window.finish(slots[1]!);
    window.rewind();
    expect(numbers(takeAll(window))).toEqual([0, 2, 3, 4]);
  });

  it('SendWindow counts a late acknowledgement of an earlier attempt once', () => {
    const window = windowOf(2, 2);
    const [first] = takeAll(window);
    window.rewind();
    expect(window.finish(first!)).toBe(true);
    expect(window.finish(first!)).toBe(false);
    expect(window.length).toBe(1);
    expect(numbers(takeAll(window))).toEqual([1]);
  });

  it('SendWindow keeps its counts and loses nothing in any order of sending, finishing and starting over', () => {
    const act = fc.oneof(
      fc.constant('push' as const),
      fc.constant('take' as const),
      fc.constant('rewind' as const),
      fc.nat(30),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
        const window = new SendWindow<Item>(4, 1_000);
        const taken = new Map<number, Slot<Item>>();
        const finished = new Set<number>();
        let pushed = 0;
        for (const each of acts) {
          if (each === 'push') window.push({ n: pushed++, bytes: 10 });
          else if (each === 'rewind') window.rewind();
          else if (each === 'take') {
            const slot = window.takeNext();
            if (slot) taken.set(slot.item.n, slot);
          } else {
            const slot = taken.get(each);
            if (slot) expect(window.finish(slot)).toBe(!finished.has(each));
            if (slot) finished.add(each);
          }
          expect(window.length).toBe(pushed - finished.size);
          expect(window.inFlight).toBeLessThanOrEqual(4);
        }
        window.rewind();
        const left: number[] = [];
        for (let slot = window.takeNext(); slot; slot = window.takeNext()) {
          left.push(slot.item.n);
          window.finish(slot);
        }
        const expected = Array.from({ length: pushed }, (_, n) => n).filter((n) => !finished.has(n));
        expect(left).toEqual(expected);
      }),
    );
  });
});
