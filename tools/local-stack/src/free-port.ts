import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Whether a TCP port of this machine can be listened on; `host` is every address of both families by default. */
export async function portIsFree(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    );
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** Below the ports that systems give to outgoing connections: one of those may be taken before it is listened on. */
const FIRST_PORT = 10_000;
const END_OF_PORTS = 32_768;
const given = new Set<number>();

/** Several processes look for ports at the same time: each begins in a part of the range that is its own by its id. */
const OWN_PORTS = 256;
const PARTS = Math.floor((END_OF_PORTS - FIRST_PORT) / OWN_PORTS);
const ownFirst = FIRST_PORT + (process.pid % PARTS) * OWN_PORTS;
const TRIES_OF_OWN = 2 * OWN_PORTS;

/** A port that nothing listens on now, never the same twice. */
export async function freePort(): Promise<number> {
  for (let tries = 0; ; tries++) {
    const isOwn = tries < TRIES_OF_OWN;
    const port = isOwn ? randomInt(ownFirst, ownFirst + OWN_PORTS) : randomInt(FIRST_PORT, END_OF_PORTS);
    if (given.has(port) || !(await portIsFree(port, '127.0.0.1'))) continue;
    given.add(port);
    return port;
  }
}
