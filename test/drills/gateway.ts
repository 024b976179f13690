import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, type Measurement, type Random, seeded } from '@discord-relay/local-stack';
import { type Audience, openAudience } from '../support/clients/audience.js';
import { type Gateways, withGateways } from '../support/stacks/gateways.js';
import { HIGH_LIMITS } from '../support/stacks/high-limits.js';
import { restartWithSlowHandshake } from '../support/faults/slow-handshake.js';
import { type TempStack, withTempStack } from '../support/stacks/temp-stack.js';

const none = { equals: 0 };
const MESSAGES_PER_SECOND = 100;
/** A client may be disconnected for as long as a slow machine takes to start a replica. */
const COMPLETE_TAILS = { RESUME_MAX_EVENTS: '100000', SOCKET_BUFFER_MAX_BYTES: '67108864' };
const READY_MS = 60_000;

/** Kills replicas, cuts clients off and restarts the broker: no client misses an event, receives one twice or sees a forbidden one. */
export const gateway: Measurement = {
  name: 'gateway',
  description: `kill -9 of 2 gateways in random order, with faults of NATS and of the clients' network, under ${MESSAGES_PER_SECOND} messages/s; --rounds: kills (50)`,
  required: {
    gaps: none,
    doubles: none,
    unauthorized: none,
    outOfOrder: none,
    neverLetIn: none,
    kills: { min: 1 },
    facts: { min: 1 },
    secrets: { min: 1 },
    revocations: { min: 1 },
  },
  run: ({ seed, rounds = 50, progress }) => {
    const envOf = { ingestor: { RECORD_MEMBERS: 'true' } };
    return withTempStack({ progress, envOf, services: ['projector', 'ingestor'] }, (temp) =>
      withGateways(temp, 2, { ...HIGH_LIMITS, ...COMPLETE_TAILS }, (gateways) =>
        killGateways(temp, gateways, { seed, rounds, progress }),
      ),
    );
  },
};

interface DrillOptions {
  seed: number;
  rounds: number;
  progress: (line: string) => void;
}

/**
 * The role of the private channel moves three times per round, once while a replica is down: added in one round, removed in the
 * next. Whenever NATS is restarted it moves twice more while the clients of NATS wait for its greeting.
 */
export async function killGateways(
  temp: TempStack,
  gateways: Gateways,
  { seed, rounds, progress }: DrillOptions,
): Promise<Figures> {
  const audience = await openAudience(temp, gateways.balancer.url);
  try {
    const { channelIds } = audience;
    const load = { messagesPerSecond: MESSAGES_PER_SECOND, editRatio: 0.15, deleteRatio: 0.05 };
    const scenario = await temp.sim.startScenario({ ...load, seed, channelIds });
    const random = seeded(seed);
    const done = { kills: 0, cuts: 0, stalls: 0, natsRestarts: 0 };
    for (let round = 0; round < rounds; round++) {
      await audience.toggleAccess();
      await sleep(random.between(0, 800));
      const replica = random.pick(gateways.replicas);
      await replica.kill();
      done.kills += 1;
      const fault = await causeFault(temp, gateways, audience, random);
      if (fault !== 'none') done[fault] += 1;
      await audience.toggleAccess();
      replica.start();
      await Promise.all(gateways.replicas.map((each) => each.ready(READY_MS)));
      await audience.toggleAccess();
      progress(
        `round ${round + 1} of ${rounds}: ${replica.options.env.INSTANCE_ID} killed; besides: ${fault}`,
      );
    }
    await temp.sim.stopScenario(scenario.id);
    return { ...done, ...(await audience.account(progress)) };
  } finally {
    audience.close();
  }
}

type Fault = 'cuts' | 'stalls' | 'natsRestarts' | 'none';

/** Causes one more fault, or none, while a replica is down. */
async function causeFault(
  { stack }: TempStack,
  { balancer }: Gateways,
  audience: Audience,
  random: Random,
): Promise<Fault> {
  const dice = random.next();
  await sleep(random.between(0, 500));
  if (dice < 0.3) {
    const holdMs = random.between(100, 1_500);
    await restartWithSlowHandshake(stack.nats!, holdMs, () =>
      toggleTwice(audience, random.between(0, holdMs)),
    );
    return 'natsRestarts';
  }
  if (dice < 0.75) {
    const stalled = dice < 0.5;
    if (stalled) balancer.stall();
    if (stalled) await sleep(random.between(100, 1_500));
    balancer.cut();
    return stalled ? 'stalls' : 'cuts';
  }
  return 'none';
}

/** Adds and removes the role, or removes and adds it, while messages are written continuously. */
async function toggleTwice(audience: Audience, waitMs: number): Promise<void> {
  await audience.toggleRole();
  await sleep(waitMs);
  await audience.toggleRole();
}
