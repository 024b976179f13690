import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Change, changeSubject, channelFeed, toWireEvents } from '@discord-relay/contracts';
import { type Figures, type Measurement, repositoryRoot } from '@discord-relay/local-stack';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { CHANNEL } from '@discord-relay/gateway-api/world';
import { type GatewayStack, withGatewayStack } from './gateway-stack.js';
import { Listeners } from './listeners.js';
import { MessageChain } from './message-chain.js';
import { cpuSeconds } from '../../test/support/processes/process-figures.js';
import { HIGH_LIMITS } from '../../test/support/stacks/high-limits.js';

const SOCKETS = [500, 2_000];
/** Messages sent at once; all must arrive before the next ones, so that no server is ahead of its sockets. */
const WINDOW = 20;
const WINDOWS = 10;
const BARE_SUBJECT = 'bench.frames';

/** Deliveries per second, and the server's CPU microseconds for each. */
interface Speed {
  perS: number;
  cpuUs: number;
}

/**
 * Messages to every socket of a channel, compared with a bare WebSocket server that sends the same bytes to as many sockets.
 */
export const fanout: Measurement = {
  name: 'fanout',
  description: `deliveries/s to ${SOCKETS.join(' and ')} sockets, compared with a bare ws broadcast of the same bytes; --rounds: alternating runs of each`,
  required: { ratioAt500: { min: 0.85 }, ratioAt2000: { min: 0.85 } },
  run: ({ rounds = 5, progress }) =>
    withGatewayStack(HIGH_LIMITS, async (stack) => {
      const figures: Figures = {};
      for (const sockets of SOCKETS) {
        const { gateway, bare } = await measureAlternately(stack, sockets, rounds, progress);
        const [perS, barePerS] = [medianOf(gateway, 'perS'), medianOf(bare, 'perS')];
        figures[`deliveriesPerSAt${sockets}`] = perS;
        figures[`bareDeliveriesPerSAt${sockets}`] = barePerS;
        figures[`ratioAt${sockets}`] = Math.round((perS / barePerS) * 100) / 100;
        // The load of the machine affects these figures less than the rates.
        figures[`cpuUsAt${sockets}`] = medianOf(gateway, 'cpuUs');
        figures[`bareCpuUsAt${sockets}`] = medianOf(bare, 'cpuUs');
      }
      return figures;
    }),
};

/** Deliveries per second of a gateway and of a bare server, in alternating runs. */
export async function measureAlternately(
  stack: GatewayStack,
  sockets: number,
  rounds: number,
  progress: (line: string) => void,
): Promise<{ gateway: Speed[]; bare: Speed[] }> {
  const connection = await connect({ servers: stack.nats.url });
  const bareServer = await startBare(stack.nats.url);
  const toGateway = new Listeners();
  const toBare = new Listeners();
  try {
    await toGateway.listen({
      url: stack.gateway.url,
      sockets,
      join: { token: stack.token, channelId: CHANNEL },
      counted: '42["message",',
    });
    await toBare.listen({ url: bareServer.url, sockets, counted: '42["message",' });
    const chain = new MessageChain(await stack.world.head(channelFeed(CHANNEL)));
    const [gatewayPid, barePid] = [stack.gateway.pid, bareServer.process.pid!];
    const found = { gateway: [] as Speed[], bare: [] as Speed[] };
    for (let round = 0; round <= rounds; round++) {
      const gateway = await speed(gatewayPid, toGateway, sockets, () => announce(connection, chain.next()));
      const bare = await speed(barePid, toBare, sockets, () =>
        connection.publish(BARE_SUBJECT, frameOf(chain.sample())),
      );
      // The first run is a warm-up.
      if (round > 0) {
        found.gateway.push(gateway);
        found.bare.push(bare);
        progress(`${sockets} sockets: gateway ${lineOf(gateway)}, bare ${lineOf(bare)}`);
      }
    }
    return found;
  } finally {
    await Promise.all([toGateway.end(), toBare.end(), connection.close()]);
    bareServer.process.disconnect();
  }
}

/** Publishes all messages, and measures until the last one has arrived; `pid` is the server's. */
async function speed(
  pid: number,
  listeners: Listeners,
  sockets: number,
  publish: () => void,
): Promise<Speed> {
  const deliveries = WINDOWS * WINDOW * sockets;
  const cpuBeforeS = cpuSeconds(pid);
  const startedAtMs = performance.timeOrigin + performance.now();
  let endedAtMs = startedAtMs;
  for (let window = 0; window < WINDOWS; window++) {
    for (let i = 0; i < WINDOW; i++) publish();
    endedAtMs = await listeners.received(WINDOW * sockets);
  }
  return {
    perS: Math.round((deliveries * 1_000) / (endedAtMs - startedAtMs)),
    cpuUs: Math.round(((cpuSeconds(pid) - cpuBeforeS) * 1e8) / deliveries) / 100,
  };
}

const lineOf = ({ perS, cpuUs }: Speed): string => `${perS}/s (${cpuUs} us of CPU each)`;

const announce = (connection: NatsConnection, change: Change): void =>
  connection.publish(changeSubject(change.guildId, change.channelId), JSON.stringify(change));

const frameOf = (change: Change): string =>
  toWireEvents(change)
    .map(({ event, payload }) => `42${JSON.stringify([event, payload])}`)
    .join('');

async function startBare(natsUrl: string): Promise<{ url: string; process: ChildProcess }> {
  const worker = fork(join(repositoryRoot, 'dist/bench/live/bare-broadcast.js'), [natsUrl, BARE_SUBJECT]);
  const [port] = (await once(worker, 'message')) as [number];
  return { url: `http://127.0.0.1:${port}`, process: worker };
}

const medianOf = (speeds: readonly Speed[], of: keyof Speed): number =>
  speeds.map((speed) => speed[of]).toSorted((a, b) => a - b)[speeds.length >> 1]!;
