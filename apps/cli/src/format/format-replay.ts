import type { StatusReport } from '@discord-relay/platform';
import { z } from 'zod';
import { formatUptime } from './format-uptime.js';
import { formatTable } from './table.js';

const partitionShape = z.object({
  partition: z.number(),
  owned: z.boolean(),
  lag: z.number(),
  lagSeconds: z.number(),
  state: z.string(),
  problem: z.string().nullable(),
});
/** What a projector of any release reports about its replay. A missing field counts as empty. */
const replayShape = z.object({
  partitions: z.array(partitionShape).catch([]),
  replay: z
    .object({
      remaining: z.number(),
      eventsPerSecond: z.number(),
      remainingSeconds: z.number().nullable(),
    })
    .nullable()
    .catch(null),
  parked: z.number().catch(0),
  parkedSince: z.string().nullable().catch(null),
});

type Replay = z.infer<typeof replayShape>;

const NUMBER = new Intl.NumberFormat('en');

/**
 * For every partition: how far it is behind the log, its speed, the time it still needs, and its parked events. Empty text when
 * no projector reports any of this.
 */
export function formatReplay(projectors: StatusReport[]): string {
  const known = projectors.map(({ instance, detail }) => ({ instance, ...replayShape.parse(detail) }));
  const rows = known.flatMap(({ instance, partitions }) =>
    partitions.filter(({ owned, problem }) => owned || problem !== null).map((each) => row(instance, each)),
  );
  rows.push(...unownedRows(known));
  if (rows.length === 0) return '';
  const header = ['PARTITION', 'STATE', 'EVENTS BEHIND', 'SECONDS BEHIND', 'INSTANCE', 'PROBLEM'];
  const sorted = rows.toSorted((a, b) => Number(a[0]) - Number(b[0]));
  return [formatTable(header, sorted), ...known.flatMap(replaying), ...parkedLine(known)].join('\n');
}

const row = (instance: string, each: Replay['partitions'][number]): string[] => [
  String(each.partition),
  each.state,
  NUMBER.format(each.lag),
  each.lagSeconds.toFixed(1),
  instance,
  each.problem ?? '',
];

/** All projectors report the same partitions without an owner, but each at a different time. */
function unownedRows(known: Replay[]): string[][] {
  const all = known.flatMap(({ partitions }) => partitions);
  const ownedPartitions = new Set(all.filter(({ owned }) => owned).map(({ partition }) => partition));
  const rest = new Map<number, Replay['partitions'][number]>();
  for (const each of all) {
    const isNobodys = each.problem === null && !ownedPartitions.has(each.partition);
    const isReported = each.state === 'paused' || each.lag > 0;
    if (isNobodys && isReported && each.lag >= (rest.get(each.partition)?.lag ?? 0))
      rest.set(each.partition, each);
  }
  return [...rest.values()].map((each) => row('nobody', each));
}

function replaying({ instance, replay }: Replay & { instance: string }): string[] {
  if (!replay) return [];
  const { remaining, eventsPerSecond, remainingSeconds } = replay;
  const left =
    remainingSeconds === null ? 'not moving' : `about ${formatUptime(remainingSeconds * 1_000)} left`;
  const rate = `${NUMBER.format(eventsPerSecond)} events/s`;
  return [`${instance} replays: ${NUMBER.format(remaining)} events to go, ${rate}, ${left}`];
}

/** Every projector reports the total that it has read last. */
function parkedLine(known: Replay[]): string[] {
  const parked = Math.max(...known.map((each) => each.parked));
  if (parked === 0) return [];
  const [since] = known.flatMap((each) => each.parkedSince ?? []).toSorted();
  const first = since ? `, the first since ${since}` : '';
  return [`${NUMBER.format(parked)} events are parked${first}: see \`relay parked list\``];
}
