import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, residentMb } from '../../test/support/processes/process-figures.js';
import { forkAsService } from '../../test/support/processes/worker-process.js';
import type { Listeners, ListenRequest } from './listeners.js';

const WARM_UP_SOCKETS = 200;
const SETTLE_MS = 10_000;
/** In this time the server sends each socket one heartbeat. */
const HEARTBEAT_MS = 25_000;

export interface IdleCost {
  sockets: number;
  rssBeforeMb: number;
  rssAfterMb: number;
  kbPerSocket: number;
  /** CPU time that the process uses in a second for each idle socket: heartbeats, and what it does anyway. */
  cpuUsPerSocketS: number;
}

/** Memory that `count` further sockets add to a process that has served some before. They stay open. */
export async function idleCost(
  pid: number,
  listeners: Listeners,
  request: Omit<ListenRequest, 'sockets' | 'counted'>,
  count: number,
): Promise<IdleCost> {
  const listen = (sockets: number) => listeners.listen({ ...request, sockets, counted: '42["message",' });
  await listen(WARM_UP_SOCKETS);
  await sleep(SETTLE_MS);
  const rssBeforeMb = residentMb(pid);
  await listen(count);
  await sleep(SETTLE_MS);
  const rssAfterMb = residentMb(pid);
  const cpuBefore = cpuSeconds(pid);
  await sleep(HEARTBEAT_MS);
  const cpuUs = (cpuSeconds(pid) - cpuBefore) * 1e6;
  const kbPerSocket = Math.round(((rssAfterMb - rssBeforeMb) * 10_240) / count) / 10;
  const cpuUsPerSocketS = Math.round((cpuUs / count / (HEARTBEAT_MS / 1_000)) * 10) / 10;
  return { sockets: count, rssBeforeMb, rssAfterMb, kbPerSocket, cpuUsPerSocketS };
}

/** KB per socket of a server that only accepts them, started like a service. */
export async function bareCost(
  kind: 'ws' | 'socket.io',
  listeners: Listeners,
  joining: ListenRequest['join'],
  count: number,
): Promise<number> {
  const server = forkAsService('bench/live/bare-sockets.js', [kind]);
  try {
    const [port] = (await once(server, 'message')) as [number];
    const request = { url: `http://127.0.0.1:${port}`, ...(kind === 'socket.io' && { join: joining }) };
    return (await idleCost(server.pid!, listeners, request, count)).kbPerSocket;
  } finally {
    await listeners.disconnect();
    server.disconnect();
  }
}
