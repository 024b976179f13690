import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A load balancer for TCP: each new connection goes to the next target that takes it. All can be cut at once. */
export class Balancer {
  private readonly travellers = new Set<Socket>();
  private turn = 0;

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {}

  static async before(ports: readonly number[]): Promise<Balancer> {
    const server = createServer();
    const balancer = new Balancer(server, ports);
    server.on('connection', (near) => balancer.carry(near));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends every connection that is open, without a goodbye; new ones are carried. */
  cut(): void {
    for (const socket of this.travellers) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.travellers) socket.destroy();
    await closed;
  }

  private carry(near: Socket, tried = 0): void {
    if (tried === this.ports.length) return void near.destroy();
    this.turn += 1;
    const far = connect(this.ports[this.turn % this.ports.length]!, '127.0.0.1');
    far.once('error', () => this.carry(near, tried + 1));
    far.once('connect', () => {
      far.removeAllListeners('error');
      this.join(near, far);
      this.join(far, near);
    });
    if (tried === 0) near.once('error', () => far.destroy());
  }

  private join(from: Socket, to: Socket): void {
    this.travellers.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.travellers.delete(from);
      to.destroy();
    });
    from.pipe(to);
  }
}
