import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientToServerEvents, ServerToClientEvents, Snowflake } from '@discord-relay/contracts';
import { summarize } from '@discord-relay/local-stack';
import { io, type Socket } from 'socket.io-client';
import { answerCommands } from '../../test/support/processes/worker-process.js';
import type { FleetAnswer, FleetCommand, FleetLatencies, FleetRequest, Moments } from './fleet.js';

type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

const sockets: ClientSocket[] = [];
/** Message id -> when each client received it, epoch ms. */
let arrivals = new Map<string, number[]>();

function record(id: string): void {
  const at = performance.timeOrigin + performance.now();
  const known = arrivals.get(id);
  if (known) known.push(at);
  else arrivals.set(id, [at]);
}

async function join({ url, token, channelIds, clients }: FleetRequest): Promise<void> {
  for (const socket of sockets.splice(0)) socket.disconnect();
  for (let i = 0; i < clients; i++) {
    const socket: ClientSocket = io(url, { transports: ['websocket'], auth: { token }, forceNew: true });
    sockets.push(socket);
    socket.on('message', ({ id }) => record(id));
    for (const channelId of channelIds) {
      const request = { channelId: channelId as Snowflake, limit: 1 };
      const answer = await socket.timeout(10_000).emitWithAck('join_channel', request);
      if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
    }
  }
}

function latencies(since: Moments): FleetLatencies {
  const values = [...since].flatMap(([id, atMs]) => (arrivals.get(id) ?? []).map((at) => at - atMs));
  return { ...summarize(values), count: values.length };
}

const POLL_MS = 50;

async function awaitArrivals(ids: readonly string[], count: number, withinMs: number): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  const arrived = () => ids.reduce((sum, id) => sum + (arrivals.get(id)?.length ?? 0), 0);
  while (arrived() < count && performance.now() < deadlineMs) await sleep(POLL_MS);
}

function measured(since: readonly Moments[]): FleetLatencies[] {
  const found = since.map(latencies);
  arrivals = new Map();
  return found;
}

async function answer(command: FleetCommand): Promise<FleetAnswer> {
  if (command.kind === 'latencies') return measured(command.since);
  if (command.kind === 'join') await join(command.request);
  else await awaitArrivals(command.ids, command.count, command.withinMs);
  return [];
}

answerCommands(answer);
