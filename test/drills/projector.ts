import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_PARTITIONS, partitionOf } from '@discord-relay/contracts';
import {
  type Figures,
  type Measurement,
  type Random,
  seeded,
  type ServiceProcess,
  until,
} from '@discord-relay/local-stack';
import { EventMix } from '../support/load/event-mix.js';
import {
  brokenChains,
  checkpoints,
  digestTables,
  readLines,
  withProjection,
} from '../support/ledger/inspect-projection.js';
import { type LoggedEvent, readLog } from '../support/ledger/log-events.js';
import { LogWriter } from '../support/load/log-writer.js';
import {
  createLog,
  createProjector,
  type ProjectorStack,
  withProjectorStack,
} from '../support/stacks/projector-stack.js';
import { ReferenceModel } from '../support/ledger/reference-model.js';

const LEASE_MS = 1_500;
const EVENTS_PER_SECOND = 300;
const SETTLE_MS = 120_000;
const none = { equals: 0 };

/** Crashes, handovers, pauses past the lease and unavailable servers, for two projectors that share the partitions. */
export const projector: Measurement = {
  name: 'projector',
  description: `kill -9, SIGTERM, SIGSTOP past the lease, Postgres and NATS restarts over 2 projectors; --rounds: faults`,
  required: {
    missingLines: none,
    surplusLines: none,
    brokenChains: none,
    differingTables: none,
    parked: none,
    faults: { min: 1 },
    events: { min: 1 },
  },
  run: ({ seed, rounds = 50, progress }) =>
    withProjectorStack((stack) => drill(stack, seeded(seed), rounds, progress)),
};

type Progress = (line: string) => void;

async function drill(
  stack: ProjectorStack,
  random: Random,
  rounds: number,
  progress: Progress,
): Promise<Figures> {
  await createLog(stack.connection);
  const env = { LEASE_MS: String(LEASE_MS) };
  const names = ['one', 'two'];
  const projectors = await Promise.all(names.map((name) => createProjector(stack, name, env)));
  const writer = new LogWriter(stack.connection, new EventMix(random, DEFAULT_PARTITIONS, 2), random);
  try {
    for (const each of projectors) each.start();
    for (const each of projectors) await each.ready();
    writer.start(EVENTS_PER_SECOND);
    for (let round = 1; round <= rounds; round++) {
      await sleep(random.between(200, 1_200));
      const what = await fault(stack, random, random.pick(projectors));
      progress(`fault ${round} of ${rounds}: ${what}`);
    }
    await writer.stop();
    const log = await readLog(stack.connection);
    progress(`${log.length} events in the log; waiting until they are projected…`);
    await projected(stack.postgres.url, log);
    return { faults: rounds, events: log.length, ...(await judge(stack, log, progress)) };
  } finally {
    await writer.stop();
    await Promise.all(projectors.map((each) => each.stop()));
  }
}

/** One fault, which ends when its victim works again; returns a description. */
async function fault(stack: ProjectorStack, random: Random, victim: ServiceProcess): Promise<string> {
  const dice = random.next();
  if (dice < 0.35) {
    await victim.kill();
    await sleep(random.between(0, 800));
    victim.start();
    return 'kill -9';
  }
  if (dice < 0.55) {
    await victim.stop();
    victim.start();
    return 'SIGTERM';
  }
  if (dice < 0.8) {
    victim.signal('SIGSTOP');
    await sleep(LEASE_MS + random.between(200, 1_500));
    victim.signal('SIGCONT');
    return 'SIGSTOP past the lease';
  }
  if (dice < 0.9) {
    await stack.postgres.restart();
    return 'Postgres restarted';
  }
  await stack.nats.restart();
  return 'NATS restarted';
}

async function projected(url: string, log: readonly LoggedEvent[]): Promise<void> {
  const due = new Map(log.map(({ seq, event }) => [partitionOf(event.guildid, DEFAULT_PARTITIONS), seq]));
  await until(
    'everything projected',
    SETTLE_MS,
    () =>
      withProjection(url, async (client) => {
        const reached = await checkpoints(client);
        // Past it if a quiet partition has followed the end of the log.
        return [...due].every(([partition, seq]) => (reached.get(partition) ?? 0) >= seq) || undefined;
      }),
    250,
  );
}

/**
 * Compares the rows with the model's, and every column of every table with the rows that one undisturbed projector
 * computes.
 */
async function judge(
  stack: ProjectorStack,
  log: readonly LoggedEvent[],
  progress: Progress,
): Promise<Figures> {
  const expected = new ReferenceModel(log).lines();
  const found = await withProjection(stack.postgres.url, async (client) => ({
    lines: await readLines(client),
    digests: await digestTables(client),
    brokenChains: await brokenChains(client),
    parked: (await client.query('SELECT FROM parked')).rowCount ?? NaN,
  }));
  const clean = await undisturbed(stack, log);
  const differing = [...clean].filter(([table, digest]) => found.digests.get(table) !== digest);
  for (const [table] of differing) progress(`table ${table} differs from an undisturbed projection`);
  let missingLines = 0;
  let surplusLines = 0;
  for (const [table, lines] of expected) {
    const { missing, surplus } = differ(lines, found.lines.get(table)!);
    missingLines += missing.length;
    surplusLines += surplus.length;
    if (missing.length > 0) progress(`${table}: missing: ${missing.slice(0, 5).join(' | ')}`);
    if (surplus.length > 0) progress(`${table}: surplus: ${surplus.slice(0, 5).join(' | ')}`);
  }
  const { brokenChains: broken, parked } = found;
  return { missingLines, surplusLines, brokenChains: broken, parked, differingTables: differing.length };
}

/** Both are sorted; a duplicate line counts twice. */
function differ(expected: readonly string[], found: readonly string[]) {
  const counts = new Map<string, number>();
  for (const line of expected) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of found) counts.set(line, (counts.get(line) ?? 0) - 1);
  const of = (sign: number) =>
    [...counts].flatMap(([line, n]) => Array<string>(Math.max(0, n * sign)).fill(line));
  return { missing: of(1), surplus: of(-1) };
}

async function undisturbed(stack: ProjectorStack, log: readonly LoggedEvent[]): Promise<Map<string, string>> {
  await withProjection(stack.postgres.url, (client) => client.query('CREATE DATABASE undisturbed'));
  const url = new URL(stack.postgres.url);
  url.pathname = '/undisturbed';
  const alone = await createProjector(stack, 'undisturbed', { DATABASE_URL: url.href });
  alone.start();
  try {
    await alone.ready();
    await projected(url.href, log);
    return await withProjection(url.href, digestTables);
  } finally {
    await alone.stop();
  }
}
