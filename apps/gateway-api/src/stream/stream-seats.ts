import { AppError } from '@discord-relay/contracts';

/** Whom a stream counts for. */
export interface Visitor {
  userId: string;
  address: string;
}

/** How many streams each user and each address has open. */
export class StreamSeats {
  private readonly taken = new Map<string, number>();

  constructor(
    private readonly perUser: number,
    private readonly perAddress: number,
  ) {}

  /** Returns how the seat is given back, once. @throws AppError `SOCKET.TOO_MANY_CONNECTIONS` */
  take({ userId, address }: Visitor): () => void {
    const keys = [
      [`user ${userId}`, this.perUser],
      [`address ${address}`, this.perAddress],
    ] as const;
    if (keys.some(([key, limit]) => (this.taken.get(key) ?? 0) >= limit))
      throw new AppError('SOCKET.TOO_MANY_CONNECTIONS');
    for (const [key] of keys) this.add(key, 1);
    return () => keys.forEach(([key]) => this.add(key, -1));
  }

  private add(key: string, by: number): void {
    const count = (this.taken.get(key) ?? 0) + by;
    if (count > 0) this.taken.set(key, count);
    else this.taken.delete(key);
  }
}
