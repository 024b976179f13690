import { ConnectionLimits } from './connection-limits.js';

describe('ConnectionLimits', () => {
  const visitor = (userId: string, address: string) => ({ userId, address });

  it('ConnectionLimits counts per user and per address, until a connection is released', () => {
    const limits = new ConnectionLimits(1, 2);
    const slot = limits.acquire(visitor('1', 'a'));
    expect(() => limits.acquire(visitor('1', 'b'))).toThrow('maximum number of connections');
    limits.acquire(visitor('2', 'a'));
    expect(() => limits.acquire(visitor('3', 'a'))).toThrow('maximum number of connections');
    slot.release();
    limits.acquire(visitor('1', 'a'));
  });

  it('ConnectionLimits distinguishes users and addresses with the same name', () => {
    const limits = new ConnectionLimits(1, 1);
    limits.acquire(visitor('x', 'y'));
    limits.acquire(visitor('y', 'x'));
  });
});
