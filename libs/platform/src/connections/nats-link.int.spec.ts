import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { startNatsServer, type TestNats } from '@discord-relay/local-stack';
import { HealthRegistry } from '../health/health.js';
import { createLogger } from '../logging/logger.js';
import { NatsLink } from './nats-link.js';

/** An address of the server that can stop answering without closing connections, as a machine does whose network is cut. */
class Address {
  frozen = false;
  connections = 0;
  /** Number of PINGs that were not answered. */
  unansweredPings = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async of(port: number): Promise<Address> {
    const server = createServer();
    const address = new Address(server);
    server.on('connection', (near) => address.forward(near, connect(port, '127.0.0.1')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return address;
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get isUsed(): boolean {
    return this.sockets.size > 0;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private forward(near: Socket, far: Socket): void {
    this.connections++;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      from.on('data', (data) => {
        if (!this.frozen) to.write(data);
        else if (from === near && data.includes('PING')) this.unansweredPings++;
      });
    }
  }
}

describe('NatsLink', () => {
  let nats: TestNats;
  let addresses: Address[];
  let link: NatsLink | undefined;

  beforeEach(async () => {
    nats = await startNatsServer();
    const port = Number(new URL(nats.url).port);
    addresses = [await Address.of(port), await Address.of(port)];
  });
  afterEach(async () => {
    await link?.drain();
    for (const address of addresses) address.close();
    await nats.stop();
  });

  it('a server that does not answer two pings is left for another one at once, although its connection is open', async () => {
    const NATS_URL = addresses.map(({ url }) => url).join();
    const logger = createLogger('platform', 'spec', 'silent');
    link = new NatsLink({ NATS_URL }, 'spec', new HealthRegistry('platform', 'spec', '0'), logger);
    const reconnected = new Promise<void>((resolve) => link!.onReconnect(resolve));
    const connection = await link.connection;
    await connection.flush();
    const lost = addresses.find(({ isUsed }) => isUsed)!;
    lost.frozen = true;
    await reconnected;
    expect([lost.unansweredPings, lost.connections]).toEqual([2, 1]);
    await connection.flush();
  });
});
