import { Gate } from './gate.js';

describe('Gate', () => {
  it('lets so many tasks run at a time, in the order in which they came', async () => {
    const gate = new Gate(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const task = (n: number) => () => {
      begun.push(n);
      return new Promise<void>((resolve) => ends.push(resolve));
    };
    const done = [1, 2, 3, 4].map((n) => gate.pass(task(n)));
    expect(begun).toEqual([1, 2]);
    ends[1]!();
    await done[1];
    expect(begun).toEqual([1, 2, 3]);
    ends[0]!();
    await done[0];
    expect(begun).toEqual([1, 2, 3, 4]);
  });

  it('is left by a task that fails', async () => {
    const gate = new Gate(1);
    await expect(gate.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate.pass(() => Promise.resolve('yes'))).resolves.toBe('yes');
  });
});
