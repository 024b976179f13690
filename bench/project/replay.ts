import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Measurement, type ServiceProcess, until } from '@discord-relay/local-stack';
import type pg from 'pg';
import { withProjection } from '../../test/support/ledger/inspect-projection.js';
import {
  createProjector,
  type ProjectorStack,
  withProjectorStack,
} from '../../test/support/stacks/projector-stack.js';
import { peakResidentMb } from '../../test/support/processes/process-figures.js';
import { cpuOf, cpuPerEvent } from './cpu.js';
import { storedBytes, type StoredBytes } from './stored-bytes.js';
import { type LogSize, writeLog } from './replay-log.js';
import { copyRate, saveRate } from './replay-baselines.js';

const SAVES = 3_000;
const TIMEOUT_MS = 600_000;
/** About 4,000 characters per message, the maximum, and the maximum number of events per batch. */
const LONG_MESSAGES: LogSize['words'] = [700, 800];
const LARGEST_BATCHES = { BATCH_MAX_EVENTS: '10000' };

interface Replay extends ReturnType<typeof cpuPerEvent>, StoredBytes {
  eventsPerS: number;
  rssMb: number;
}

/** A whole log into empty tables, compared with Postgres' COPY and an ORM with the same messages on the same machine. */
export const replay: Measurement = {
  name: 'replay',
  description:
    'events/s of a replay, also with two projectors, beside rows/s of COPY and of TypeORM save; memory, also with long messages in large batches; --rounds: thousands of events',
  required: {
    copyRatio: { min: 0.4 },
    saveRatio: { min: 15 },
    eventsPerS: { min: 44_000 },
    costGrowth: { max: 1.2 },
    twoProjectorsRatio: { min: 1 },
    rssMb: { max: 300 },
    longRssMb: { max: 300 },
  },
  run: async ({ seed, rounds = 1_000, progress }) => {
    const count = rounds * 1_000;
    const replayOf =
      (size: LogSize, options: Pick<ReplayOptions, 'env' | 'projectors'> = {}) =>
      (stack: ProjectorStack) =>
        replayed(stack, { size, seed, ...options }, progress);
    const tenth = await withProjectorStack(replayOf({ count: count / 10 }));
    const byTwo = await withProjectorStack(replayOf({ count }, { projectors: 2 }));
    const long = { count: count / 20, words: LONG_MESSAGES };
    const { rssMb: longRssMb } = await withProjectorStack(replayOf(long, { env: LARGEST_BATCHES }));
    return await withProjectorStack(async (stack) => {
      const { eventsPerS, ...costs } = await replayOf({ count })(stack);
      const baselines = await measureBaselines(stack);
      return {
        eventsPerS,
        tenthEventsPerS: tenth.eventsPerS,
        twoProjectorsPerS: byTwo.eventsPerS,
        ...baselines,
        copyRatio: hundredths(eventsPerS / baselines.copyRowsPerS),
        saveRatio: hundredths(eventsPerS / baselines.savesPerS),
        costGrowth: hundredths(tenth.eventsPerS / eventsPerS),
        twoProjectorsRatio: hundredths(byTwo.eventsPerS / eventsPerS),
        ...costs,
        longRssMb,
      };
    });
  },
};

const hundredths = (value: number): number => Math.round(value * 100) / 100;

interface ReplayOptions {
  size: LogSize;
  seed: number;
  env?: Record<string, string>;
  /** How many projectors share the partitions; default: one. */
  projectors?: number;
}

async function replayed(
  stack: ProjectorStack,
  { size, seed, env, projectors: shared = 1 }: ReplayOptions,
  progress: (line: string) => void,
): Promise<Replay> {
  const { count } = size;
  progress(`writing a log of ${count} events…`);
  const lastSeqs = await writeLog(stack.connection, size, seed);
  return await withProjection(stack.postgres.url, async (client) => {
    const projectors: ServiceProcess[] = [];
    while (projectors.length < shared)
      projectors.push(await createProjector(stack, `projector-${projectors.length + 1}`, env));
    for (const projector of projectors) projector.start();
    try {
      const startedAtMs = await firstClaim(client);
      const before = cpuOf(stack, ...projectors);
      const durationMs = (await caughtUp(client, lastSeqs)) - startedAtMs;
      const figures = {
        eventsPerS: Math.round((count / durationMs) * 1_000),
        rssMb: Math.max(...projectors.map(({ pid }) => peakResidentMb(pid))),
        ...cpuPerEvent(before, cpuOf(stack, ...projectors), count),
        ...(await storedBytes(stack.connection, client, count)),
      };
      progress(`replayed: ${JSON.stringify(figures)}`);
      return figures;
    } finally {
      await Promise.all(projectors.map((projector) => projector.stop()));
    }
  });
}

const measureBaselines = (stack: ProjectorStack) =>
  withProjection(stack.postgres.url, async (client) => ({
    copyRowsPerS: await copyRate(client, join(stack.dir, 'postgres')),
    savesPerS: await saveRate(client, stack.postgres.url, SAVES),
  }));

/** Milliseconds by Postgres' clock, which also stamps the checkpoints. */
async function firstClaim(client: pg.Client): Promise<number> {
  return await until(
    'the first claim',
    TIMEOUT_MS,
    async () => {
      const { rows } = await client.query<{ at: Date | null }>(
        'SELECT min(updated_at) AS at FROM checkpoints',
      );
      return rows[0]!.at?.getTime();
    },
    5,
  );
}

/** Resolves when every partition has reached its sequence, to the time of the last commit by Postgres' clock. */
export async function caughtUp(client: pg.Client, lastSeqs: readonly number[]): Promise<number> {
  for (;;) {
    const { rows } = await client.query<{ partition: number; seq: string; updated_at: Date }>(
      'SELECT partition, seq, updated_at FROM checkpoints',
    );
    const seqs = new Map(rows.map(({ partition, seq }) => [partition, Number(seq)]));
    if (lastSeqs.every((last, partition) => (seqs.get(partition) ?? 0) >= last)) {
      return Math.max(...rows.map(({ updated_at }) => updated_at.getTime()));
    }
    await sleep(50);
  }
}
