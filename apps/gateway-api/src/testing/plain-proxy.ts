import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Behaves like nginx without `proxy_set_header Upgrade`: forwards everything except upgrades, which it answers with 400. */
export class PlainProxy {
  /** Whether upgrades are forwarded too. */
  upgrades = false;

  private constructor(
    private readonly target: URL,
    private readonly server: Server,
  ) {
    server.on('request', (from, to) => this.forward(from, to));
    server.on('upgrade', (from, socket) => this.upgrade(from, socket));
  }

  static async to(target: string): Promise<PlainProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PlainProxy(new URL(target), server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Closes every connection. */
  cut(): void {
    this.server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(from: IncomingMessage, to: ServerResponse): void {
    const { method, headers, url = '' } = from;
    const onward = request(new URL(url, this.target), { method, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    to.on('close', () => onward.destroy());
    from.pipe(onward);
  }

  private upgrade({ headers, url = '' }: IncomingMessage, socket: Duplex): void {
    socket.on('error', () => socket.destroy());
    if (!this.upgrades) return void socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    const onward = connect(Number(this.target.port), this.target.hostname);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
    onward.write(`GET ${url} HTTP/1.1\r\n${lines.join('')}\r\n`);
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  }
}
