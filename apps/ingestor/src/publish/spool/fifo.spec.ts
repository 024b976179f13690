import fc from 'fast-check';
import { Fifo } from './fifo.js';

describe('Fifo', () => {
  it('Fifo returns items in the order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer(), { nil: undefined })), (acts) => {
        const fifo = new Fifo<number>();
        const model: number[] = [];
        for (const each of acts) {
          if (each === undefined) expect(fifo.shift()).toBe(model.shift());
          else model.push(each);
          if (each !== undefined) fifo.push(each);
          expect(fifo.length).toBe(model.length);
        }
      }),
    );
  });

  it('Fifo stays exact while it compacts', () => {
    const fifo = new Fifo<number>();
    for (let n = 0; n < 20_000; n++) {
      fifo.push(n);
      if (n >= 100) expect(fifo.shift()).toBe(n - 100);
    }
    expect(fifo.length).toBe(100);
  });
});
