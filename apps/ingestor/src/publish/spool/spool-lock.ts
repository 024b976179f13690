import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { AppError } from '@discord-relay/contracts';

const LOCK_NAME = /^lock-[0-9a-f]{8}$/;
/** The smallest limit of any system for the path of a socket (macOS: 104 bytes with a NUL). */
const MAX_SOCKET_PATH_BYTES = 103;

/** Errors that mean that no process listens any more, or that the socket was removed. */
const NOT_LISTENING: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOENT']);

/**
 * Locks a folder while this process lives. The lock is a socket, which always ends with its process; a file with a process id would
 * be meaningless in another container. A process first listens and then looks for others, so that of two processes at least one
 * sees the other.
 * @returns a function that releases the lock
 * @throws AppError LOG.SPOOL_IN_USE, LOG.SPOOL_UNUSABLE
 */
export async function lockFolder(dir: string): Promise<() => Promise<void>> {
  const name = `lock-${randomUUID().slice(0, 8)}`;
  const release = await listen(join(dir, name));
  try {
    for (const other of (await readdir(dir)).filter((each) => LOCK_NAME.test(each) && each !== name))
      await refuseIfLocked(dir, other);
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}

async function listen(path: string): Promise<() => Promise<void>> {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES)
    throw new AppError(
      'LOG.SPOOL_UNUSABLE',
      `SPOOL_DIR cannot be locked because its path is too long: ${path}`,
    );
  const server = createServer((visitor) => visitor.destroy()).listen(path);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('LOG.SPOOL_UNUSABLE', `SPOOL_DIR cannot be locked: ${reason}`, { cause });
  }
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

/** Removes the socket of a dead process. @throws AppError LOG.SPOOL_IN_USE when the process lives */
async function refuseIfLocked(dir: string, name: string): Promise<void> {
  const path = join(dir, name);
  if (await isAnswered(path)) {
    throw new AppError(
      'LOG.SPOOL_IN_USE',
      `SPOOL_DIR ${dir} is used by another running process: give every replica its own folder`,
    );
  }
  await rm(path, { force: true });
}

async function isAnswered(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    if (NOT_LISTENING.has((error as NodeJS.ErrnoException).code)) return false;
    throw error;
  } finally {
    socket.destroy();
  }
}
