import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Whether a TCP port of this machine is free; default `host`: all addresses of both families. */
export async function portIsFree(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    );
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** The system assigns ports from here on to outgoing connections, so such a port may be in use before the caller listens. */
const FIRST_EPHEMERAL_PORT = 32_768;
const EPHEMERAL_RANGE_FILE = '/proc/sys/net/ipv4/ip_local_port_range';
const FIRST_PORT = 10_000;
const FEWEST_PORTS = 2_000;

function endOfPorts(): number {
  if (!existsSync(EPHEMERAL_RANGE_FILE)) return FIRST_EPHEMERAL_PORT;
  const first = parseInt(readFileSync(EPHEMERAL_RANGE_FILE, 'utf8'), 10);
  return first >= FIRST_PORT + FEWEST_PORTS ? Math.min(first, FIRST_EPHEMERAL_PORT) : FIRST_EPHEMERAL_PORT;
}

/**
 * Returns a free port and reserves it while this process runs, because the caller may need seconds until it listens: this function
 * returns it to no other process.
 */
export async function freePort(): Promise<number> {
  const end = endOfPorts();
  for (;;) {
    const port = randomInt(FIRST_PORT, end);
    if ((await reserve(port)) && (await portIsFree(port))) return port;
  }
}

/** One file for each reserved port, which names the process that has it. */
const reservations = (): string => join(tmpdir(), `relay-ports-${userInfo().uid}`);

async function reserve(port: number): Promise<boolean> {
  const file = join(reservations(), String(port));
  await mkdir(reservations(), { recursive: true });
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  // The reservation of a process that has ended is removed, and another port is tried.
  if (!isRunning(Number(await readFile(file, 'utf8').catch(() => '')))) await rm(file, { force: true });
  return false;
}

function isRunning(pid: number): boolean {
  try {
    // A reservation that is just being written names no process yet; pid 0 is this process group, which is running.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
