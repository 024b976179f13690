import { type Random, SERVICE_APPS, type ServiceApp, type ServiceProcess } from '@discord-relay/local-stack';
import { startAside } from '../support/processes/niceness.js';
import type { ClusterStack } from '../support/stacks/cluster-stack.js';
import type { NatsCluster } from '../support/stacks/nats-cluster.js';

/** Undoes a step, as operators or their orchestrator would, once clients are served again. */
type Repair = () => Promise<unknown>;

/** Does harm, or what operators do. @returns how to undo it, if there is something to undo */
export type Step = (stack: ClusterStack, random: Random) => Promise<Repair | void>;

export interface ClusterFault {
  name: string;
  /** The longest time to recover that is allowed in 95 of 100 cases. */
  recoveryMs: number;
  /** One after the other; the time to recover is that of each. None if the machine lacks what they need. */
  steps(stack: ClusterStack): readonly Step[];
}

/** The others elect a new leader after 4 to 9 s without one, whether it died or they cannot reach it: nats-server has no setting for it. */
const LEADER_MS = 10_000;
const OTHER_MS = 5_000;
/** A manager of Postgres notices within this time that the primary is gone. */
const PROMOTE_MS = 1_000;
const CLOCK_STEPS = ['-1h', '+1h'];

/**
 * The others take over; then they share with the process that replaces the killed one. These are two steps, because the second one
 * begins when the new process is ready, and how long that takes depends on the machine.
 */
const killAndReplace = (app: ServiceApp): Step[] => [
  async ({ services }, random) => {
    await random.pick(services[app].filter(({ running }) => running)).kill();
  },
  async ({ services }) => {
    await startAside(services[app].find(({ running }) => !running)!);
  },
];

/** What a node is for the log. */
type Role = 'leader' | 'follower';

async function nodeOf(nats: NatsCluster, role: Role, random: Random): Promise<string> {
  const { leader, followers } = await nats.roles();
  return role === 'leader' ? leader : random.pick(followers);
}

/**
 * A node that dies comes back only once the others have taken over. A node that does not lead the log may lead the metadata or a
 * bucket, so that what is bounded by {@link OTHER_MS} may need an election, too.
 */
const killNode =
  (role: Role): Step =>
  async ({ nats }, random) => {
    const server = nats.server(await nodeOf(nats, role, random));
    await server.kill();
    return () => server.restart();
  };

const anyNode = async ({ nats }: ClusterStack, random: Random): Promise<string> => {
  const { leader, followers } = await nats.roles();
  return random.pick([leader, ...followers]);
};

const partitionNode =
  (role: Role): Step =>
  async ({ nats }, random) => {
    const node = await nodeOf(nats, role, random);
    nats.partition(node);
    return () => Promise.resolve(nats.heal(node));
  };

const fillDisk: Step = async (stack, random) => {
  const node = await anyNode(stack, random);
  await stack.nats.fillDisk(node);
  return () => stack.nats.emptyDisk(node);
};

const failOver: Step = async ({ postgres }, random) => {
  await postgres.failOver(random.between(0, PROMOTE_MS));
  return () => postgres.repair();
};

const setClock: Step = async ({ clock }, random) => {
  await clock!.set(random.pick(CLOCK_STEPS));
  return () => clock!.set('+0');
};

/** As a deployment does, which waits until the new process is ready. */
const restart = (service: ServiceProcess): Step[] => [
  async () => {
    await service.stop();
  },
  () => startAside(service),
];

const scaleUp =
  (app: ServiceApp): Step =>
  async ({ services }) => {
    await startAside(services[app].at(-1)!);
  };

const scaleDown =
  (app: ServiceApp): Step =>
  async ({ services }) => {
    await services[app].at(-1)!.stop();
  };

const once = (name: string, recoveryMs: number, step: Step): ClusterFault => ({
  name,
  recoveryMs,
  steps: () => [step],
});

const nameOf = (app: ServiceApp): string => app.replace('-api', '');

/** A machine that is too busy delays messages without a fault, too. */
const doNothing: Step = () => Promise.resolve();

export const FAULTS: readonly ClusterFault[] = [
  once('nothing', OTHER_MS, doNothing),
  once('leaderKill', LEADER_MS, killNode('leader')),
  once('followerKill', OTHER_MS, killNode('follower')),
  ...SERVICE_APPS.map((app) => ({
    name: `${nameOf(app)}Kill`,
    recoveryMs: OTHER_MS,
    steps: () => killAndReplace(app),
  })),
  once('promotion', OTHER_MS, failOver),
  once('leaderPartition', LEADER_MS, partitionNode('leader')),
  once('partition', OTHER_MS, partitionNode('follower')),
  { name: 'disk', recoveryMs: OTHER_MS, steps: ({ nats }) => (nats.hasDisks ? [fillDisk] : []) },
  { name: 'clock', recoveryMs: OTHER_MS, steps: ({ clock }) => (clock ? [setClock] : []) },
  {
    name: 'roll',
    recoveryMs: OTHER_MS,
    steps: ({ services }) =>
      SERVICE_APPS.flatMap((app) => services[app].filter(({ running }) => running)).flatMap(restart),
  },
  ...SERVICE_APPS.map((app) => ({
    name: `${nameOf(app)}Scale`,
    recoveryMs: OTHER_MS,
    steps: () => [scaleUp(app), scaleDown(app)],
  })),
];
