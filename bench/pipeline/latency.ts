import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, type Measurement, until } from '@discord-relay/local-stack';
import { type TempStack, withTempStack } from '../../test/support/stacks/temp-stack.js';
import { withProjection } from '../../test/support/ledger/inspect-projection.js';
import { Fleet, type FleetLatencies, type Moments } from './fleet.js';
import { cpuSeconds, residentMb } from '../../test/support/processes/process-figures.js';

export const CLIENTS = 50;
const RATES = [100, 500];
const WARM_UP_MS = 4_000;

/**
 * From the local Discord's dispatch, and from the commit time in `changes`, to a socket client's handler, with all services and
 * clients on this machine. Rows contain the start of their transaction, so it is included.
 */
export const latency: Measurement = {
  name: 'latency',
  description: `Discord dispatch, and commit, to socket client in ms, ${CLIENTS} clients, ${RATES.join(' and ')} messages/s; --rounds: seconds at each rate`,
  required: {
    p50MsAt500: { max: 6 },
    p99MsAt500: { max: 30 },
    committedP99MsAt500: { max: 10 },
    missedAt100: { equals: 0 },
    missedAt500: { equals: 0 },
    deliveriesAt500: { min: 1 },
  },
  run: ({ seed, rounds: seconds = 20, progress }) =>
    withTempStack({ progress }, (temp) => measure(temp, seed, seconds, progress)),
};

async function measure(
  temp: TempStack,
  seed: number,
  seconds: number,
  progress: (line: string) => void,
): Promise<Figures> {
  const { fleet, channelIds } = await joinFleet(temp);
  try {
    const figures: Figures = {};
    for (const messagesPerSecond of RATES) {
      progress(`${messagesPerSecond} messages/s: warming up, then ${seconds} s…`);
      await load(temp, { messagesPerSecond, durationMs: WARM_UP_MS, seed, channelIds });
      const measured = { messagesPerSecond, durationMs: seconds * 1_000, seed: seed + 1, channelIds };
      const found = await latenciesUnder(temp, fleet, measured);
      for (const [name, figure] of Object.entries(found)) figures[`${name}At${messagesPerSecond}`] = figure;
    }
    for (const app of temp.stack.services.values()) figures[`rssMb_${app.name}`] = residentMb(app.pid);
    return figures;
  } finally {
    await fleet.close();
  }
}

/** Clients that have joined every channel of a new guild. */
export async function joinFleet({
  sim,
  url,
  token,
}: TempStack): Promise<{ fleet: Fleet; channelIds: string[] }> {
  const names = ['one', 'two', 'three', 'four', 'five'].map((name) => ({ name }));
  const guild = await sim.createGuild('Bench', names);
  const channelIds = guild.channels.map(({ id }) => id);
  const fleet = new Fleet();
  try {
    await until(
      'clients joined',
      60_000,
      () => fleet.join({ url, token, channelIds, clients: CLIENTS }).then(() => true),
      500,
    );
    return { fleet, channelIds };
  } catch (error) {
    await fleet.close();
    throw error;
  }
}

/** On a busy machine deliveries continue after the load. What arrives later counts as missed. */
const ARRIVAL_MS = 60_000;

export async function latenciesUnder(temp: TempStack, fleet: Fleet, scenario: Load): Promise<Figures> {
  const { sim, stack } = temp;
  const from = await sim.lastIndex();
  const cpuBefore = cpuOf(temp);
  await load(temp, scenario);
  await sleep(1_000);
  const cpuAfter = cpuOf(temp);
  const sent = (await sim.ledger(from)).filter(({ kind }) => kind === 'message.created');
  const ids = sent.map(({ messageId }) => messageId!);
  await fleet.arrivals(ids, sent.length * CLIENTS, ARRIVAL_MS);
  const [all, committed] = (await fleet.latencies([
    new Map(sent.map(({ messageId, atMs }) => [messageId!, atMs])),
    await commits(stack.databaseUrl, new Set(ids)),
  ])) as [FleetLatencies, FleetLatencies];
  const figures: Figures = {
    p50Ms: all.p50,
    p95Ms: all.p95,
    p99Ms: all.p99,
    maxMs: all.max,
    committedP50Ms: committed.p50,
    committedP99Ms: committed.p99,
    deliveries: all.count,
    missed: sent.length * CLIENTS - Math.min(all.count, committed.count),
  };
  for (const [name, seconds] of cpuAfter)
    figures[`cpuUs_${name}`] = Math.round(((seconds - cpuBefore.get(name)!) * 1e6) / sent.length);
  return figures;
}

/** CPU seconds of each service: a busy machine affects the cost of a message less than its latency. */
const cpuOf = ({ stack }: TempStack): ReadonlyMap<string, number> =>
  new Map([...stack.services].map(([app, { pid }]) => [app, cpuSeconds(pid)]));

export interface Load {
  messagesPerSecond: number;
  durationMs: number;
  seed: number;
  channelIds: string[];
}

export async function load({ sim }: TempStack, scenario: Load): Promise<void> {
  await sim.startScenario(scenario);
  await sleep(scenario.durationMs + 500);
}

async function commits(databaseUrl: string, ids: ReadonlySet<string>): Promise<Moments> {
  return await withProjection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string; atMs: number }>(
      `SELECT body->>'id' AS id, extract(epoch FROM committed_at)::float8 * 1000 AS "atMs"
       FROM changes WHERE kind = 'message'`,
    );
    return new Map(rows.filter(({ id }) => ids.has(id)).map(({ id, atMs }) => [id, atMs]));
  });
}
