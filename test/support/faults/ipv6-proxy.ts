import { type AddressInfo, connect, createServer, type Server } from 'node:net';

/** Makes a server that listens on 127.0.0.1 reachable at [::1], and nowhere else. */
export class Ipv6Proxy {
  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async to(target: string): Promise<Ipv6Proxy> {
    const url = new URL(target);
    const server = createServer((near) => {
      const far = connect(Number(url.port), url.hostname);
      near.on('error', () => far.destroy()).on('close', () => far.destroy());
      far.on('error', () => near.destroy()).on('close', () => near.destroy());
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '::1', resolve);
    });
    return new Ipv6Proxy(server, url);
  }

  get url(): string {
    const url = new URL(this.target);
    url.hostname = '[::1]';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  close(): void {
    this.server.close();
  }
}

/** Whether this machine has the loopback address of IPv6. */
export async function hasIpv6(): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(0, '::1', () => server.close(() => resolve(true)));
  });
}
