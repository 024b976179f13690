import { jest } from '@jest/globals';
import { Throttle } from './throttle.js';

describe('a throttle', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const setUp = () => {
    const seen: number[] = [];
    return { seen, throttle: new Throttle<number>((value) => seen.push(value), 1_000) };
  };

  it('a throttle runs at once after a pause, and with the newest value once per period', () => {
    const { seen, throttle } = setUp();
    for (const value of [1, 2, 3]) throttle.push(value);
    expect(seen).toEqual([1]);
    jest.advanceTimersByTime(1_000);
    expect(seen).toEqual([1, 3]);
    throttle.push(4);
    expect(seen).toEqual([1, 3]);
    jest.advanceTimersByTime(5_000);
    throttle.push(5);
    expect(seen).toEqual([1, 3, 4, 5]);
  });

  it('a throttle runs on request if a value waits, and forgets it on request', () => {
    const { seen, throttle } = setUp();
    throttle.push(1);
    throttle.push(2);
    throttle.flush();
    throttle.flush();
    expect(seen).toEqual([1, 2]);
    throttle.push(3);
    throttle.push(4);
    throttle.drop();
    jest.advanceTimersByTime(5_000);
    expect(seen).toEqual([1, 2, 3]);
  });
});
