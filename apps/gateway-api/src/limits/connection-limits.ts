import { AppError } from '@discord-relay/contracts';

/** The client against which a connection is counted. */
export interface LimitedClient {
  userId: string;
  address: string;
}

/** Limits the open connections of each user and of each address. */
export class ConnectionLimits {
  private readonly open = new Map<string, number>();

  constructor(
    private readonly perUser: number,
    private readonly perAddress: number,
  ) {}

  /** Counts a connection. Returns the function that releases it, to be called once. @throws AppError `SOCKET.TOO_MANY_CONNECTIONS` */
  acquire({ userId, address }: LimitedClient): () => void {
    const user = `user ${userId}`;
    const from = `address ${address}`;
    if (this.count(user) >= this.perUser || this.count(from) >= this.perAddress)
      throw new AppError('SOCKET.TOO_MANY_CONNECTIONS');
    this.add(user, 1);
    this.add(from, 1);
    return () => {
      this.add(user, -1);
      this.add(from, -1);
    };
  }

  private count(key: string): number {
    return this.open.get(key) ?? 0;
  }

  private add(key: string, by: number): void {
    const count = this.count(key) + by;
    if (count > 0) this.open.set(key, count);
    else this.open.delete(key);
  }
}
