import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { openTestClient } from './testing.js';

const OLD_VERSION = '130022';

/** Replaces a text by one of the same length, so that the lengths of the protocol's messages stay right. */
function replacing(text: string, by: string): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, Buffer.from(chunk.toString('latin1').replaceAll(text, by), 'latin1'));
    },
  });
}

/** A real Postgres behind a proxy that replaces its version by an older one. */
export class OldPostgres {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly target: URL,
    private readonly version: string,
    private readonly server: Server,
  ) {}

  static async before(databaseUrl: string): Promise<OldPostgres> {
    const client = await openTestClient(databaseUrl);
    const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
    await client.end();
    const server = createServer();
    const old = new OldPostgres(new URL(databaseUrl), rows[0]!.server_version_num, server);
    server.on('connection', (near) => old.carry(near));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return old;
  }

  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private carry(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
    near.pipe(far);
    far.pipe(replacing(this.version, OLD_VERSION)).pipe(near);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
