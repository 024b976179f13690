import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, type Measurement, type Random, seeded, until } from '@discord-relay/local-stack';
import { type Gateways, withGateways } from '../support/gateways.js';
import { openAudience } from '../support/audience.js';
import { type TempStack, withTempStack } from '../support/temp-stack.js';
import { ROOMY } from '../support/roomy.js';

const none = { equals: 0 };
const MESSAGES_PER_SECOND = 100;
/** A client may be away for as long as a slow machine takes to start a replica. */
const COMPLETE_TAILS = { RESUME_MAX_EVENTS: '100000', SOCKET_BUFFER_MAX_BYTES: '67108864' };

/** Replicas killed, clients cut off, the broker restarted: nobody misses, doubles or sees what is not theirs. */
export const gateway: Measurement = {
  name: 'gateway',
  description: `faults of 2 gateways, their clients' network and NATS under ${MESSAGES_PER_SECOND} messages/s; --rounds: faults (50)`,
  asked: {
    gaps: none,
    doubles: none,
    unauthorized: none,
    neverLetIn: none,
    faults: { min: 1 },
    facts: { min: 1 },
    secrets: { min: 1 },
    revocations: { min: 1 },
  },
  run: ({ seed, rounds = 50, progress }) =>
    withTempStack({ progress, envOf: { ingestor: { RECORD_MEMBERS: 'true' } } }, (temp) =>
      withGateways(temp, 2, { ...ROOMY, ...COMPLETE_TAILS }, (gateways) =>
        drill(temp, gateways, { seed, rounds, progress }),
      ),
    ),
};

interface DrillOptions {
  seed: number;
  rounds: number;
  progress: (line: string) => void;
}

async function drill(
  temp: TempStack,
  gateways: Gateways,
  { seed, rounds, progress }: DrillOptions,
): Promise<Figures> {
  const audience = await openAudience(temp, gateways.balancer.url);
  try {
    const scenario = await temp.sim.startScenario({
      messagesPerSecond: MESSAGES_PER_SECOND,
      seed,
      channelIds: audience.channelIds,
      editRatio: 0.15,
      deleteRatio: 0.05,
    });
    const random = seeded(seed);
    for (let round = 0; round < rounds; round++) {
      const fault = await inflict(temp, gateways, random);
      await audience.moveRole();
      progress(`round ${round + 1} of ${rounds}: ${fault}`);
      await sleep(random.between(200, 1_200));
    }
    await temp.sim.stopScenario(scenario.id);
    return { faults: rounds, ...(await audience.account(progress)) };
  } finally {
    audience.close();
  }
}

async function inflict(
  { stack }: TempStack,
  { replicas, balancer }: Gateways,
  random: Random,
): Promise<string> {
  const dice = random.next();
  if (dice < 0.4) {
    const replica = random.pick([...replicas]);
    await replica.kill();
    await sleep(random.between(0, 800));
    replica.start();
    await replica.ready();
    return `${replica.options.env.INSTANCE_ID} killed and ready again`;
  }
  if (dice < 0.8) {
    balancer.cut();
    return 'every client cut off';
  }
  await stack.nats!.restart();
  await until('gateways ready', 60_000, async () => {
    const ready = await Promise.all(replicas.map(({ url }) => fetch(`${url}/api/ready`)));
    return ready.every(({ ok }) => ok) || undefined;
  });
  return 'NATS restarted';
}
