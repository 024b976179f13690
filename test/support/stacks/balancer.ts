import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const LOOK_EVERY_MS = 200;
const LOOK_TIMEOUT_MS = 1_000;

/**
 * A TCP load balancer: each new connection goes to the next replica that is ready and accepts it; like every balancer, it
 * notices late that a replica is not ready. All connections can be cut or stalled at once.
 */
export class Balancer {
  private readonly travellers = new Set<Socket>();
  private readonly ready = new Set<number>();
  private readonly looking: NodeJS.Timeout[];
  private connections = 0;

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {
    this.looking = ports.map((port) => setInterval(() => void this.look(port), LOOK_EVERY_MS));
  }

  static async before(ports: readonly number[]): Promise<Balancer> {
    const server = createServer();
    const balancer = new Balancer(server, ports);
    server.on('connection', (near) => balancer.carry(near, balancer.portsByPreference()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Closes every open connection abruptly; new ones are accepted. */
  cut(): void {
    for (const socket of this.travellers) socket.resetAndDestroy();
  }

  /** Forwards nothing more on open connections, without closing them; only `cut` ends that. */
  stall(): void {
    for (const socket of this.travellers) socket.unpipe().pause();
  }

  async close(): Promise<void> {
    for (const timer of this.looking) clearInterval(timer);
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.travellers) socket.destroy();
    await closed;
  }

  private async look(port: number): Promise<void> {
    const signal = AbortSignal.timeout(LOOK_TIMEOUT_MS);
    const answer = await fetch(`http://127.0.0.1:${port}/api/ready`, { signal }).catch(() => undefined);
    if (answer?.ok) this.ready.add(port);
    else this.ready.delete(port);
  }

  /** All replicas, ready ones first: a balancer without ready replicas tries the others. */
  private portsByPreference(): number[] {
    this.connections += 1;
    const rotated = this.ports.map((_, i) => this.ports[(this.connections + i) % this.ports.length]!);
    return rotated.toSorted((a, b) => Number(this.ready.has(b)) - Number(this.ready.has(a)));
  }

  private carry(near: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined) return void near.destroy();
    const far = connect(port, '127.0.0.1');
    const gone = () => far.destroy();
    near.once('error', gone);
    far.once('error', () => {
      near.off('error', gone);
      this.carry(near, others);
    });
    far.once('connect', () => {
      near.off('error', gone);
      far.removeAllListeners('error');
      this.join(near, far);
      this.join(far, near);
    });
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
