import { ConnectionLimits } from './connection-limits.js';

describe('ConnectionLimits', () => {
  const visitor = (userId: string, address: string) => ({ userId, address });

  it('counts for the user and for the address, and until a seat is given back', () => {
    const seats = new ConnectionLimits(1, 2);
    const leave = seats.acquire(visitor('1', 'a'));
    expect(() => seats.acquire(visitor('1', 'b'))).toThrow('as many connections');
    seats.acquire(visitor('2', 'a'));
    expect(() => seats.acquire(visitor('3', 'a'))).toThrow('as many connections');
    leave();
    seats.acquire(visitor('1', 'a'));
  });

  it('keeps users and addresses of the same name apart', () => {
    const seats = new ConnectionLimits(1, 1);
    seats.acquire(visitor('x', 'y'));
    seats.acquire(visitor('y', 'x'));
  });
});
