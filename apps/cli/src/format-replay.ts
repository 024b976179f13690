import type { StatusReport } from '@discord-relay/platform';
import { z } from 'zod';
import { formatUptime } from './format-uptime.js';
import { table } from './table.js';

const partitionShape = z.object({
  partition: z.number(),
  owned: z.boolean(),
  lag: z.number(),
  lagSeconds: z.number(),
  state: z.string(),
  problem: z.string().nullable(),
});
/** What a projector of this release or another says of its replay; a field that it does not say is taken for nothing. */
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
});

type Replay = z.infer<typeof replayShape>;

const NUMBER = new Intl.NumberFormat('en');

/**
 * How far every partition is behind the log, how fast and for how long it still replays, and what is parked; an empty
 * text when no projector says anything of it.
 */
export function formatReplay(projectors: StatusReport[]): string {
  const known = projectors.map(({ instance, detail }) => ({ instance, ...replayShape.parse(detail) }));
  const rows = known.flatMap(({ instance, partitions }) =>
    partitions.filter(({ owned, problem }) => owned || problem !== null).map((each) => row(instance, each)),
  );
  if (rows.length === 0) return '';
  const header = ['PARTITION', 'STATE', 'EVENTS BEHIND', 'SECONDS BEHIND', 'INSTANCE', 'PROBLEM'];
  const sorted = rows.toSorted((a, b) => Number(a[0]) - Number(b[0]));
  return [table(header, sorted), ...known.flatMap(replaying), ...parkedLine(known)].join('\n');
}

const row = (instance: string, each: Replay['partitions'][number]): string[] => [
  String(each.partition),
  each.state,
  NUMBER.format(each.lag),
  each.lagSeconds.toFixed(1),
  instance,
  each.problem ?? '',
];

function replaying({ instance, replay }: Replay & { instance: string }): string[] {
  if (!replay) return [];
  const { remaining, eventsPerSecond, remainingSeconds } = replay;
  const left =
    remainingSeconds === null ? 'not moving' : `about ${formatUptime(remainingSeconds * 1_000)} left`;
  const rate = `${NUMBER.format(eventsPerSecond)} events/s`;
  return [`${instance} replays: ${NUMBER.format(remaining)} events to go, ${rate}, ${left}`];
}

/** Every projector tells the number of all, as it knew it last. */
function parkedLine(known: Replay[]): string[] {
  const parked = Math.max(...known.map((each) => each.parked));
  return parked === 0 ? [] : [`${NUMBER.format(parked)} events are parked: see \`relay parked list\``];
}
