import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, type Measurement, until } from '@discord-relay/local-stack';
import { type Gateways, withGateways } from '../support/gateways.js';
import { dueFacts } from '../support/message-facts.js';
import { RecordingClient } from '../support/recording-client.js';
import { ROOMY } from '../support/roomy.js';
import { settled } from '../support/settle.js';
import { type TempStack, withTempStack } from '../support/temp-stack.js';

const none = { equals: 0 };
const MESSAGES_PER_SECOND = 3;
const JOINING_AT_A_TIME = 50;
const SETTLE_MS = 90_000;
const STAY_MS = 4_000;

/** Two gateways behind a balancer stopped and started one after the other, as a deployment does it. */
export const rollingRestart: Measurement = {
  name: 'rolling-restart',
  description: 'SIGTERM and start of 2 gateways in turn behind a proxy; --rounds: hundreds of clients (20)',
  asked: {
    missed: none,
    doubled: none,
    notDrained: none,
    restarts: { min: 2 },
    facts: { min: 1 },
    clients: { min: 1 },
  },
  run: ({ seed, rounds = 20, progress }) =>
    withTempStack({ progress }, (temp) =>
      withGateways(temp, 2, { ...ROOMY }, (gateways) =>
        drill(temp, gateways, { seed, count: rounds * 100, progress }),
      ),
    ),
};

interface DrillOptions {
  seed: number;
  count: number;
  progress: (line: string) => void;
}

async function drill(temp: TempStack, gateways: Gateways, { seed, count, progress }: DrillOptions) {
  const { sim } = temp;
  const guild = await sim.createGuild('Rolling', [{ name: 'news' }]);
  const channelIds = guild.channels.map(({ id }) => id);
  const clients: RecordingClient[] = [];
  try {
    await until('channel projected', 30_000, () => joinOne(gateways, temp, channelIds).then(() => true));
    while (clients.length < count) {
      const some = Array.from(
        { length: Math.min(JOINING_AT_A_TIME, count - clients.length) },
        () => new RecordingClient(gateways.balancer.url, temp.token),
      );
      clients.push(...some);
      await Promise.all(some.map((client) => client.follow(channelIds)));
    }
    progress(`${clients.length} clients joined`);
    const scenario = await sim.startScenario({ messagesPerSecond: MESSAGES_PER_SECOND, seed, channelIds });
    const notDrained = await restartInTurn(gateways, progress);
    await sim.stopScenario(scenario.id);
    return { ...(await account(temp, clients)), notDrained, restarts: gateways.replicas.length };
  } finally {
    for (const client of clients) client.close();
  }
}

async function joinOne({ balancer }: Gateways, { token }: TempStack, channelIds: string[]): Promise<void> {
  const client = new RecordingClient(balancer.url, token);
  try {
    await client.follow(channelIds);
  } finally {
    client.close();
  }
}

/** @returns how many replicas did not end by themselves when asked to */
async function restartInTurn({ replicas }: Gateways, progress: (line: string) => void): Promise<number> {
  let notDrained = 0;
  for (const replica of replicas) {
    await sleep(STAY_MS);
    const startedMs = performance.now();
    if (!(await replica.stop())) notDrained += 1;
    replica.start();
    await replica.ready();
    progress(
      `${replica.options.env.INSTANCE_ID}: stopped and ready again after ${Math.round(performance.now() - startedMs)} ms`,
    );
  }
  await sleep(STAY_MS);
  return notDrained;
}

async function account({ sim }: TempStack, clients: readonly RecordingClient[]): Promise<Figures> {
  const due = dueFacts((await sim.ledger()).filter(({ kind }) => kind.startsWith('message.')));
  const figures = {
    clients: clients.length,
    facts: due.size,
    missed: 0,
    doubled: 0,
    resnapshots: 0,
    reconnects: 0,
  };
  for (const client of clients) {
    const found = await settled(() => client.tally, due, SETTLE_MS);
    figures.missed += found.lost.length;
    figures.doubled += found.doubled.length;
    figures.resnapshots += client.resnapshots;
    figures.reconnects += client.reconnects;
  }
  return figures;
}
