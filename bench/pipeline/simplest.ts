import { once } from 'node:events';
import { forkAsService } from '../../test/support/processes/worker-process.js';
import type { TempStack } from '../../test/support/stacks/temp-stack.js';
import { CLIENTS } from './deliveries.js';
import type { Fleet } from './fleet.js';

export interface Simplest {
  pid: number;
}

/**
 * The simplest shape with the servers and clients of a stack, whose services stop first and stay stopped, so that each shape has the
 * machine for itself.
 */
export async function withSimplest<T>(
  { stack, token }: TempStack,
  fleet: Fleet,
  channelIds: readonly string[],
  work: (simplest: Simplest) => Promise<T>,
): Promise<T> {
  const program = 'bench/pipeline/simplest-worker.js';
  const server = forkAsService(program, [`${stack.simulator!.url}/api`, stack.databaseUrl]);
  try {
    const port = await portOf(server);
    await fleet.join({ url: `http://127.0.0.1:${port}`, token, channelIds, clients: CLIENTS });
    for (const service of stack.services.values()) await service.stop();
    return await work({ pid: server.pid! });
  } finally {
    if (server.connected) server.disconnect();
  }
}

/** @throws Error if it ends first */
async function portOf(server: ReturnType<typeof forkAsService>): Promise<number> {
  const ended = once(server, 'exit').then(([code]) => {
    throw new Error(`the simplest shape ended with code ${code}`);
  });
  const [port] = (await Promise.race([once(server, 'message'), ended])) as [number];
  ended.catch(() => undefined);
  return port;
}
