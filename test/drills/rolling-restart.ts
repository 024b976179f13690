import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, type Measurement, type ServiceProcess, until } from '@discord-relay/local-stack';
import { Crowd } from '../support/clients/crowd.js';
import { type Gateways, withGateways } from '../support/stacks/gateways.js';
import { withBlockedRequest } from '../support/faults/blocked-request.js';
import { dueFacts } from '../support/ledger/message-facts.js';
import { HIGH_LIMITS } from '../support/stacks/high-limits.js';
import { type TempStack, withTempStack } from '../support/stacks/temp-stack.js';

const none = { equals: 0 };
const MESSAGES_PER_SECOND = 2;
const STAY_MS = 4_000;
const ASKERS = 4;
const CLIENTS_A_ROUND = 100;

/** Two gateways behind a load balancer are stopped and restarted one after another, as in a deployment. */
export const rollingRestart: Measurement = {
  name: 'rolling-restart',
  description:
    'SIGTERM and restart of 2 gateways alternately behind a balancer, under requests; --rounds: hundreds of clients (20)',
  required: {
    missed: none,
    doubled: none,
    resnapshots: none,
    notDrained: none,
    stillReady: none,
    requestsBroken: none,
    neverMoved: none,
    restarts: { min: 2 },
    reconnects: { min: 1 },
    facts: { min: 1 },
    clients: { min: 1 },
  },
  run: ({ seed, rounds = 20, progress }) =>
    withTempStack({ progress, services: ['projector', 'ingestor'] }, (temp) =>
      withGateways(temp, 2, { ...HIGH_LIMITS }, (gateways) =>
        restartGateways(temp, gateways, { seed, count: rounds * CLIENTS_A_ROUND, progress }),
      ),
    ),
};

interface DrillOptions {
  seed: number;
  count: number;
  progress: (line: string) => void;
}

export async function restartGateways(
  temp: TempStack,
  gateways: Gateways,
  { seed, count, progress }: DrillOptions,
): Promise<Figures> {
  const { sim, token } = temp;
  const { id: guildId, channels } = await sim.createGuild('Rolling', [{ name: 'news' }]);
  const channelIds = channels.map(({ id }) => id);
  const crowd = new Crowd();
  try {
    await crowd.follow({ url: gateways.balancer.url, token, channelIds, clients: count });
    progress(`${count} clients joined`);
    const scenario = await sim.startScenario({ messagesPerSecond: MESSAGES_PER_SECOND, seed, channelIds });
    const restarts = await restartInTurn(temp, gateways, guildId, progress);
    await sim.stopScenario(scenario.id);
    const said = (await sim.ledger()).filter(({ channelId }) => channelIds.includes(channelId!));
    const { reports, ...account } = await crowd.account(said);
    reports.forEach(progress);
    return { facts: dueFacts(said).size, ...restarts, ...account };
  } finally {
    await crowd.end();
  }
}

async function restartInTurn(
  temp: TempStack,
  { replicas }: Gateways,
  guildId: string,
  progress: (line: string) => void,
) {
  const figures = { restarts: 0, notDrained: 0, stillReady: 0, requestsBroken: 0, slowestStopMs: 0 };
  for (const replica of replicas) {
    await sleep(STAY_MS);
    const { stillReady, finished, stopMs } = await stop(temp, replica, guildId);
    figures.restarts += 1;
    figures.stillReady += Number(stillReady);
    figures.requestsBroken += Number(!finished);
    const lastLine = lastLogLine(replica);
    const isDrained = lastLine.endsWith('"msg":"stopped"}');
    if (!isDrained) progress(`the last line of the log is not that of a stop in time: ${lastLine}`);
    figures.notDrained += Number(!isDrained);
    figures.slowestStopMs = Math.max(figures.slowestStopMs, stopMs);
    progress(`${replica.options.env.INSTANCE_ID} stopped within ${stopMs} ms`);
    replica.start();
    await replica.ready();
  }
  await sleep(STAY_MS);
  return figures;
}

/** Stops a replica during a request, which completes although new connections are refused. */
async function stop({ stack, token }: TempStack, replica: ServiceProcess, guildId: string) {
  return await withBlockedRequest(
    stack.databaseUrl,
    { url: replica.url, guildId, token },
    async ({ finish }) => {
      const closed = Promise.all(Array.from({ length: ASKERS }, () => requestUntilClosed(replica)));
      const sentMs = performance.now();
      const stopping = replica.stop();
      const stillReady = await until('readiness', 10_000, () => isUnready(replica)).then(
        () => false,
        () => true,
      );
      await Promise.race([closed, sleep(10_000, undefined, { ref: false })]);
      const finished = await finish();
      await stopping;
      return { stillReady, finished, stopMs: Math.round(performance.now() - sentMs) };
    },
  );
}

/** With few clients the port may be closed before the first check. */
const isUnready = ({ url }: ServiceProcess): Promise<true | undefined> =>
  fetch(`${url}/api/ready`).then(
    ({ status }) => status === 503 || undefined,
    () => true,
  );

/** Sends requests without a pause on a keep-alive connection, like a busy proxy, until one is refused. */
async function requestUntilClosed({ url }: ServiceProcess): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/api/live`).catch(() => undefined);
    if (!answer) return;
    await answer.body?.cancel();
  }
}

const lastLogLine = ({ logFile }: ServiceProcess): string =>
  readFileSync(logFile, 'utf8').trimEnd().split('\n').at(-1)!;
