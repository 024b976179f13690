import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP connection to a server of this machine that can lose everything, as a network does between two of its parts. */
export class TcpLink {
  private readonly sockets = new Set<Socket>();
  private isPartitioned = false;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
  ) {}

  static async to(targetPort: number): Promise<TcpLink> {
    const server = createServer({ pauseOnConnect: true });
    const link = new TcpLink(server, targetPort);
    server.on('connection', (near) => link.carry(near));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return link;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Forwards nothing more, and closes nothing: neither end learns of it. New connections are accepted, and get no answer. */
  partition(): void {
    this.isPartitioned = true;
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  /** Works again for new connections; those from before the partition end. */
  heal(): void {
    this.isPartitioned = false;
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private carry(near: Socket): void {
    this.keep(near);
    if (this.isPartitioned) return;
    const far = connect(this.targetPort, '127.0.0.1');
    this.keep(far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
  }
}
