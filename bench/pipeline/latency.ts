import type { Figures, Measurement } from '@discord-relay/local-stack';
import { type TempStack, withTempStack } from '../../test/support/stacks/temp-stack.js';
import { withProjection } from '../../test/support/ledger/inspect-projection.js';
import { CLIENTS, deliver, joinFleet, type Load, load } from './deliveries.js';
import type { Fleet, FleetLatencies, Moments } from './fleet.js';
import { withSimplest } from './simplest.js';
import { cpuSeconds, residentMb } from '../../test/support/processes/process-figures.js';

const RATES = [100, 500];
/** At which the simplest shape is measured, too. */
const COMPARED = 500;
const WARM_UP_MS = 4_000;

/**
 * From the local Discord's dispatch, and from the commit time in `changes`, to a socket client's handler, with all services and
 * clients on this machine. Rows contain the start of their transaction, so it is included.
 */
export const latency: Measurement = {
  name: 'latency',
  description: `Discord dispatch, and commit, to socket client in ms, ${CLIENTS} clients, ${RATES.join(' and ')} messages/s, and the same of the simplest shape (row, NOTIFY, Socket.IO); --rounds: seconds at each rate`,
  required: {
    p50MsAt500: { max: 6 },
    p99MsAt500: { max: 12 },
    ofSimplestP99At500: { max: 0.5 },
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
    return {
      ...figures,
      ...(await simplest(temp, fleet, { seed, seconds, channelIds, p99Ms: figures.p99MsAt500! })),
    };
  } finally {
    await fleet.close();
  }
}

/** The simplest shape with the same load, and the share of its p99 that the relay has. */
async function simplest(
  temp: TempStack,
  fleet: Fleet,
  {
    seed,
    seconds,
    channelIds,
    p99Ms,
  }: { seed: number; seconds: number; channelIds: string[]; p99Ms: number },
): Promise<Figures> {
  return await withSimplest(temp, fleet, channelIds, async () => {
    const scenario = { messagesPerSecond: COMPARED, seed, channelIds };
    await load(temp, { ...scenario, durationMs: WARM_UP_MS });
    const sent = await deliver(temp, fleet, { ...scenario, durationMs: seconds * 1_000, seed: seed + 1 });
    const [found] = await fleet.latencies([sent]);
    return {
      [`simplestP50MsAt${COMPARED}`]: found!.p50,
      [`simplestP99MsAt${COMPARED}`]: found!.p99,
      [`simplestMissedAt${COMPARED}`]: sent.size * CLIENTS - found!.count,
      [`ofSimplestP99At${COMPARED}`]: Math.round((p99Ms / found!.p99) * 100) / 100,
    };
  });
}

export async function latenciesUnder(temp: TempStack, fleet: Fleet, scenario: Load): Promise<Figures> {
  const cpuBefore = cpuOf(temp);
  let cpuAfter = cpuBefore;
  const sent = await deliver(temp, fleet, scenario, () => (cpuAfter = cpuOf(temp)));
  const [all, committed] = (await fleet.latencies([sent, await commits(temp.stack.databaseUrl, sent)])) as [
    FleetLatencies,
    FleetLatencies,
  ];
  const figures: Figures = {
    p50Ms: all.p50,
    p95Ms: all.p95,
    p99Ms: all.p99,
    maxMs: all.max,
    committedP50Ms: committed.p50,
    committedP99Ms: committed.p99,
    deliveries: all.count,
    missed: sent.size * CLIENTS - Math.min(all.count, committed.count),
  };
  for (const [name, seconds] of cpuAfter)
    figures[`cpuUs_${name}`] = Math.round(((seconds - cpuBefore.get(name)!) * 1e6) / sent.size);
  return figures;
}

/** CPU seconds of each service: a busy machine affects the cost of a message less than its latency. */
const cpuOf = ({ stack }: TempStack): ReadonlyMap<string, number> =>
  new Map([...stack.services].map(([app, { pid }]) => [app, cpuSeconds(pid)]));

async function commits(databaseUrl: string, sent: Moments): Promise<Moments> {
  return await withProjection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string; atMs: number }>(
      `SELECT body->>'id' AS id, extract(epoch FROM committed_at)::float8 * 1000 AS "atMs"
       FROM changes WHERE kind = 'message'`,
    );
    return new Map(rows.filter(({ id }) => sent.has(id)).map(({ id, atMs }) => [id, atMs]));
  });
}
