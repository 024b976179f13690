import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy to a port of this machine that can stop forwarding without closing connections. */
export interface TcpProxy {
  readonly port: number;
  /** Nothing moves in either direction; connections stay open. */
  freeze(): void;
  /** Resumes forwarding, starting with the data sent in between. */
  thaw(): void;
  /** Resets the open connections; new ones are accepted. */
  cut(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const travellers = new Set<Socket>();
  let frozen = false;
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      travellers.add(from);
      from.on('data', (chunk) => void to.write(chunk));
      from.on('error', () => from.destroy());
      from.on('close', () => {
        travellers.delete(from);
        to.destroy();
      });
      if (frozen) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    freeze: () => {
      frozen = true;
      for (const each of travellers) each.pause();
    },
    thaw: () => {
      frozen = false;
      for (const each of travellers) each.resume();
    },
    cut: () => {
      for (const each of travellers) each.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const each of travellers) each.destroy();
      }),
  };
}
