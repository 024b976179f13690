import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Figures,
  type Measurement,
  type Random,
  seeded,
  summarize,
  until,
} from '@discord-relay/local-stack';
import { wallClockMs } from '@discord-relay/platform';
import { type Audience, openAudience } from '../support/clients/audience.js';
import { Crowd, type CrowdDelivery } from '../support/clients/crowd.js';
import { tallyLog } from '../support/ledger/inspect-log.js';
import { compareRows } from '../support/ledger/inspect-rows.js';
import { dueFacts, finalMessages } from '../support/ledger/message-facts.js';
import { reportDifference, settled } from '../support/ledger/settle.js';
import { type ClusterStack, withClusterStack } from '../support/stacks/cluster-stack.js';
import { type ClusterFault, FAULTS, type Step } from './cluster-faults.js';
import { clusterLoad } from './config.js';

const none = { equals: 0 };
const SETTLE_MS = 120_000;
const GUILDS = 5;
const CHANNELS = ['alpha', 'beta'];
/** A fault is over when messages have arrived in time for this long. */
const STEADY_MS = 2_000;
const RECOVERY_MS = 120_000;

const bounds = FAULTS.map(({ name, recoveryMs }) => [`${name}P95Ms`, { max: recoveryMs }] as const);

/**
 * A relay in which every process exists more than once loses one after the other, or is changed, under load.
 *
 * A message is late if it takes longer than a second from Discord to a client. The time to recover from a fault is the time from
 * when Discord sent the first late message to when the last late message arrived, at whichever client, provided that afterwards
 * every client got all messages in time for two seconds; 0 if no message was late. It begins with the fault, or with its effect
 * if that comes later, as when a replica that was started takes over work. Hence a restart counts as two: a stop and a start.
 */
export const cluster: Measurement = {
  name: 'cluster',
  description:
    '3 nats-servers, a Postgres with a standby, 2 of each service behind HAProxy: each fails, moves and scales under load; --rounds: of all faults (3)',
  required: {
    lostInLog: none,
    doubledInLog: none,
    lostInRows: none,
    wrongRows: none,
    surplusRows: none,
    brokenFeeds: none,
    lostAtClients: none,
    doubledAtClients: none,
    unauthorized: none,
    outOfOrder: none,
    neverLetIn: none,
    facts: { min: 1 },
    secrets: { min: 1 },
    revocations: { min: 1 },
    ...Object.fromEntries(bounds),
  },
  run: ({ seed, rounds = 3, progress }) =>
    breakCluster({ ...clusterLoad(), faults: FAULTS, seed, rounds, progress }),
};

export interface ClusterDrill {
  messagesPerS: number;
  clients: number;
  faults: readonly ClusterFault[];
  rounds: number;
  seed: number;
  progress: (line: string) => void;
}

/** Causes each of the faults once in each round, in a random order, and compares everything with the local Discord's ledger. */
export async function breakCluster(drill: ClusterDrill): Promise<Figures> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-cluster-'));
  try {
    return await withClusterStack(dir, drill.progress, (stack) => run(stack, drill));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function run(stack: ClusterStack, drill: ClusterDrill): Promise<Figures> {
  const { sim } = stack.temp;
  const crowd = new Crowd();
  const audience = await openAudience(stack.temp, stack.url);
  try {
    const channelIds = await fill(stack, crowd, drill.clients);
    const scenario = await sim.startScenario({
      messagesPerSecond: drill.messagesPerS,
      seed: drill.seed,
      channelIds: [...channelIds, ...audience.channelIds],
      editRatio: 0.15,
      deleteRatio: 0.05,
    });
    drill.progress(`${drill.clients} clients joined, ${drill.messagesPerS} messages/s`);
    const times = await causeAll(stack, { crowd, audience }, drill);
    await sim.stopScenario(scenario.id);
    return { ...times, ...(await account(stack, { crowd, audience }, drill)) };
  } finally {
    audience.close();
    await crowd.end();
  }
}

/** Every client follows one of the channels. @returns the channels */
async function fill({ temp, url }: ClusterStack, crowd: Crowd, clients: number): Promise<string[]> {
  const channelIds: string[] = [];
  for (let i = 1; i <= GUILDS; i++) {
    const guild = await temp.sim.createGuild(
      `Guild ${i}`,
      CHANNELS.map((name) => ({ name })),
    );
    channelIds.push(...guild.channels.map(({ id }) => id));
  }
  for (const [i, id] of channelIds.entries()) {
    const share = Math.floor((clients + i) / channelIds.length);
    if (share > 0) await crowd.follow({ url, token: temp.token, channelIds: [id], clients: share });
  }
  return channelIds;
}

interface Watchers {
  crowd: Crowd;
  audience: Audience;
}

async function causeAll(stack: ClusterStack, watchers: Watchers, drill: ClusterDrill): Promise<Figures> {
  const { faults, rounds, progress } = drill;
  const random = seeded(drill.seed);
  const times = new Map<string, number[]>();
  await steady(watchers.crowd);
  for (let round = 1; round <= rounds; round++) {
    for (const { name, steps } of shuffled(faults, random)) {
      for (const step of steps(stack)) {
        const recoveryMs = await causeOne(stack, watchers, step, random);
        times.set(name, [...(times.get(name) ?? []), recoveryMs]);
        progress(`round ${round} of ${rounds}: ${name}: ${recoveryMs} ms to recover`);
      }
    }
  }
  const figures = Object.fromEntries([...times].flatMap(([name, all]) => figuresOf(name, all)));
  for (const [name, { length }] of times)
    progress(`${name}: ${figures[`${name}P50Ms`]} ms p50, ${figures[`${name}P95Ms`]} ms p95 of ${length}`);
  return figures;
}

/** Meanwhile the role of the private channel moves. @returns the time to recover */
async function causeOne(
  stack: ClusterStack,
  { crowd, audience }: Watchers,
  step: Step,
  random: Random,
): Promise<number> {
  await audience.toggleAccess();
  await sleep(random.between(0, 1_000));
  await crowd.forgetDelays();
  const repair = await step(stack, random);
  await audience.toggleRole();
  const { fromMs, untilMs } = await steady(crowd);
  const recoveryMs = Math.max(0, untilMs - fromMs);
  await repair?.();
  await stack.nats.whole();
  await steady(crowd);
  return recoveryMs;
}

function figuresOf(name: string, timesMs: readonly number[]): [string, number][] {
  const { p50, p95 } = summarize(timesMs);
  return [
    [`${name}Times`, timesMs.length],
    [`${name}P50Ms`, p50],
    [`${name}P95Ms`, p95],
  ];
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Waits until messages arrive in time at all clients. @returns between which times they were late */
async function steady(crowd: Crowd): Promise<CrowdDelivery['late']> {
  const startedMs = wallClockMs();
  return await until('all messages in time', RECOVERY_MS, async () => {
    const { late, newestMs } = await crowd.delivery();
    const sinceMs = wallClockMs() - STEADY_MS;
    return startedMs < sinceMs && late.untilMs < sinceMs && newestMs > sinceMs ? late : undefined;
  });
}

async function account(
  { temp, nats, postgres }: ClusterStack,
  { crowd, audience }: Watchers,
  { progress }: ClusterDrill,
): Promise<Figures> {
  const entries = (await temp.sim.ledger()).filter(({ kind }) => kind.startsWith('message.'));
  const due = dueFacts(entries);
  progress(`${due.size} facts to account for…`);
  const { reports, ...clients } = await crowd.account(entries);
  reports.forEach(progress);
  const log = await settled(() => tallyLog(nats.nodeUrl), due, SETTLE_MS);
  reportDifference(progress, 'log', log);
  const compare = () => compareRows(postgres.primaryUrl, finalMessages(entries));
  const rows = await until('rows equal to the log', SETTLE_MS, async () => {
    const found = await compare();
    return found.missing.length + found.wrong.length === 0 ? found : undefined;
  }).catch(compare);
  reportDifference(progress, 'rows', rows);
  const { gaps, doubles, ...others } = await audience.account(progress);
  return {
    ...others,
    facts: due.size,
    lostInLog: log.lost.length,
    doubledInLog: log.doubled.length,
    lostInRows: rows.missing.length,
    wrongRows: rows.wrong.length,
    surplusRows: rows.surplus.length,
    brokenFeeds: rows.brokenFeeds,
    clients: clients.clients,
    lostAtClients: clients.missed + gaps,
    doubledAtClients: clients.doubled + doubles,
    clientReconnects: clients.reconnects,
    clientResnapshots: clients.resnapshots,
  };
}
