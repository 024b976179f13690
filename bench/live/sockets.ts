import { setTimeout as sleep } from 'node:timers/promises';
import type { Ack, MessagesBulk } from '@discord-relay/contracts';
import { type Measurement, summarize } from '@discord-relay/local-stack';
import { io, type Socket } from 'socket.io-client';
import { CHANNEL, OTHER_CHANNEL } from '@discord-relay/gateway-api/world';
import { type GatewayStack, withGatewayStack } from './gateway-stack.js';
import { bareCost, idleCost } from './idle-cost.js';
import { Listeners } from './listeners.js';
import { HIGH_LIMITS } from '../../test/support/stacks/high-limits.js';

const SNAPSHOT_MESSAGES = 50;
const JOINS_PER_S = 100;
const JOINERS = 20;
const TURNS = 100;
const WARM_UP_TURNS = 5;

/** The cost of an idle socket of one replica, compared with one of a bare server, and how fast others join meanwhile. */
export const sockets: Measurement = {
  name: 'sockets',
  description: `KB an idle socket, and ms of a snapshot of ${SNAPSHOT_MESSAGES} messages at ${JOINS_PER_S} joins/s beside them; --rounds: thousands of sockets (10)`,
  required: {
    kbPerSocket: { max: 25 },
    ofBareSocketIo: { max: 1 },
    snapshotP99Ms: { max: 30 },
    snapshotsIncomplete: { equals: 0 },
  },
  run: ({ rounds = 10, progress }) =>
    withGatewayStack(HIGH_LIMITS, async (stack) => {
      await writeMessages(stack);
      const listeners = new Listeners();
      const join = { token: stack.token, channelId: OTHER_CHANNEL };
      const count = rounds * 1_000;
      try {
        const bareWsKb = await bareCost('ws', listeners, join, count);
        const bareSocketIoKb = await bareCost('socket.io', listeners, join, count);
        const idle = await idleCost(stack.gateway.pid, listeners, { url: stack.gateway.url, join }, count);
        progress(
          `${count} idle sockets: ${idle.kbPerSocket} KB each; bare ws ${bareWsKb}, bare Socket.IO ${bareSocketIoKb}`,
        );
        const ofBareSocketIo = Math.round((idle.kbPerSocket / bareSocketIoKb) * 100) / 100;
        return { ...idle, bareWsKb, bareSocketIoKb, ofBareSocketIo, ...(await joins(stack)) };
      } finally {
        await listeners.end();
      }
    }),
};

/** The messages of a snapshot. */
export async function writeMessages({ world }: GatewayStack): Promise<void> {
  for (let i = 0; i < SNAPSHOT_MESSAGES; i++) await world.say(CHANNEL);
}

export async function joins({ gateway, token }: GatewayStack, turns = TURNS) {
  const clients = Array.from({ length: JOINERS }, () =>
    io(gateway.url, { transports: ['websocket'], auth: { token }, forceNew: true }),
  );
  try {
    const found = await Promise.all(clients.map((client, i) => joinAgain(client, i, turns)));
    const { p50, p99 } = summarize(found.flatMap(({ tookMs }) => tookMs));
    const snapshotsIncomplete = found.reduce((sum, { incomplete }) => sum + incomplete, 0);
    return { snapshotP50Ms: p50, snapshotP99Ms: p99, snapshotsIncomplete };
  } finally {
    for (const client of clients) client.disconnect();
  }
}

/** Joins and leaves this many times, at the given rate over all clients. */
async function joinAgain(client: Socket, index: number, turns: number) {
  const everyMs = (JOINERS * 1_000) / JOINS_PER_S;
  const tookMs: number[] = [];
  let messages: number;
  let incomplete = 0;
  client.on('messages_bulk', (bulk: MessagesBulk) => (messages = bulk.messages.length));
  await sleep((index * everyMs) / JOINERS);
  for (let turn = 0; turn < turns; turn++) {
    const startedMs = performance.now();
    messages = 0;
    const request = { channelId: CHANNEL, limit: SNAPSHOT_MESSAGES };
    const answer = (await client.timeout(10_000).emitWithAck('join_channel', request)) as Ack<object>;
    tookMs.push(performance.now() - startedMs);
    if (!answer.ok || messages !== SNAPSHOT_MESSAGES) incomplete += 1;
    await client.timeout(10_000).emitWithAck('leave_channel', { channelId: CHANNEL });
    await sleep(Math.max(0, everyMs - (performance.now() - startedMs)));
  }
  return { tookMs: tookMs.slice(WARM_UP_TURNS), incomplete };
}
