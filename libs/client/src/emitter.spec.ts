import { jest } from '@jest/globals';
import { Emitter } from './emitter.js';

class Bell extends Emitter<{ ring: (times: number) => void }> {
  ring(times: number): void {
    this.emit('ring', times);
  }
}

describe('Emitter', () => {
  it('the emitter calls every listener until it is stopped', () => {
    const bell = new Bell();
    const received: string[] = [];
    const stop = bell.on('ring', (times) => received.push(`a${times}`));
    bell.on('ring', (times) => received.push(`b${times}`));
    bell.ring(1);
    stop();
    bell.ring(2);
    expect(received).toEqual(['a1', 'b1', 'b2']);
  });

  it('the emitter continues after a failing listener, and rethrows its error', () => {
    jest.useFakeTimers();
    try {
      const bell = new Bell();
      const received: number[] = [];
      bell.on('ring', () => {
        throw new Error('out of order');
      });
      bell.on('ring', (times) => received.push(times));
      bell.ring(3);
      expect(received).toEqual([3]);
      expect(() => jest.runAllTimers()).toThrow('out of order');
    } finally {
      jest.useRealTimers();
    }
  });
});
