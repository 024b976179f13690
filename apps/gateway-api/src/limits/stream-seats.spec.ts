import { StreamSeats } from './stream-seats.js';

describe('StreamSeats', () => {
  const visitor = (userId: string, address: string) => ({ userId, address });

  it('counts for the user and for the address, and until a seat is given back', () => {
    const seats = new StreamSeats(1, 2);
    const leave = seats.take(visitor('1', 'a'));
    expect(() => seats.take(visitor('1', 'b'))).toThrow('as many connections');
    seats.take(visitor('2', 'a'));
    expect(() => seats.take(visitor('3', 'a'))).toThrow('as many connections');
    leave();
    seats.take(visitor('1', 'a'));
  });

  it('keeps users and addresses of the same name apart', () => {
    const seats = new StreamSeats(1, 1);
    seats.take(visitor('x', 'y'));
    seats.take(visitor('y', 'x'));
  });
});
