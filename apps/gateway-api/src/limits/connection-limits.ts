import { AppError } from '@discord-relay/contracts';

/** The client against which a connection is counted. */
export interface LimitedClient {
  userId: string;
  address: string;
}

/** A connection that is counted. */
export interface ConnectionSlot {
  /** To be called once. */
  release(): void;
}

/** Limits the open connections of each user and of each address. */
export class ConnectionLimits {
  private readonly users: Counter;
  private readonly addresses: Counter;

  constructor(perUser: number, perAddress: number) {
    this.users = new Counter(perUser);
    this.addresses = new Counter(perAddress);
  }

  /** Counts a connection. @throws AppError `SOCKET.TOO_MANY_CONNECTIONS` */
  acquire({ userId, address }: LimitedClient): ConnectionSlot {
    if (this.users.isFull(userId) || this.addresses.isFull(address))
      throw new AppError('SOCKET.TOO_MANY_CONNECTIONS');
    return new Slot(this.users, this.addresses, userId, address);
  }
}

/** Counts connections by a name. */
class Counter {
  private readonly open = new Map<string, number>();

  constructor(private readonly max: number) {}

  isFull(name: string): boolean {
    return this.count(name) >= this.max;
  }

  add(name: string, by: 1 | -1): void {
    const count = this.count(name) + by;
    if (count > 0) this.open.set(name, count);
    else this.open.delete(name);
  }

  private count(name: string): number {
    return this.open.get(name) ?? 0;
  }
}

/** A class because every socket holds one: a closure and its context would take three times the memory. */
class Slot implements ConnectionSlot {
  constructor(
    private readonly users: Counter,
    private readonly addresses: Counter,
    private readonly userId: string,
    private readonly address: string,
  ) {
    users.add(userId, 1);
    addresses.add(address, 1);
  }

  release(): void {
    this.users.add(this.userId, -1);
    this.addresses.add(this.address, -1);
  }
}
