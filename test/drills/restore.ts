import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, type Measurement, type Random, seeded, until } from '@discord-relay/local-stack';
import { compareGaps, compareRows } from '../support/ledger/inspect-rows.js';
import { tallyLog } from '../support/ledger/inspect-log.js';
import { dueFacts, type FinalMessage, finalMessages } from '../support/ledger/message-facts.js';
import { adviceIn, commandsIn, relay } from '../support/clients/relay-cli.js';
import { type Store, StoreBackups } from '../support/faults/store-backup.js';
import { type TempStack, withTempStack } from '../support/stacks/temp-stack.js';

const CHANNELS = ['alpha', 'beta', 'gamma', 'delta'];
const MESSAGES_PER_SECOND = 100;
const SETTLE_MS = 120_000;
const ADVICE_ROUNDS = 8;
/** Settings for a log that is empty again. */
const WHOLE_HISTORY = { BACKFILL_LIMIT: '1000000', BACKFILL_REQUESTS_PER_S: '50' };
const none = { equals: 0 };

/** The contents of a store afterwards: a copy's, its current ones, or none. */
type Content = 'older' | 'newer' | 'current' | 'empty';
/** `live`: the services run meanwhile, and must notice. */
type Combination = Record<Store, Content> & { live?: true };

const COPIES: readonly Content[] = ['older', 'newer', 'current'];
/** The most harmful first: the short form has only some of them. */
const COMBINATIONS: readonly Combination[] = [
  { nats: 'older', postgres: 'current' },
  { nats: 'older', postgres: 'current', live: true },
  { nats: 'empty', postgres: 'current', live: true },
  { nats: 'older', postgres: 'newer' },
  ...COPIES.flatMap((nats) => COPIES.map((postgres) => ({ nats, postgres }))).filter(
    ({ nats, postgres }) =>
      !(nats === 'older' && postgres !== 'older') && !(nats === 'current' && postgres === 'current'),
  ),
];

/** Restores every combination of older and newer copies of both stores, and follows the printed advice. */
export const restore: Measurement = {
  name: 'restore',
  description: `NATS and Postgres restored from older and newer backups or emptied under load, the doctor's advice followed; --rounds: combinations (${COMBINATIONS.length})`,
  required: {
    missingRows: none,
    wrongRows: none,
    surplusRows: none,
    doubledInLog: none,
    openGaps: none,
    unresolved: none,
    unnoticed: none,
    unequalToLog: none,
    restorations: { min: 1 },
    messages: { min: 1 },
  },
  run: ({ seed, rounds = COMBINATIONS.length, progress }) =>
    withTempStack({ progress, envOf: { ingestor: WHOLE_HISTORY } }, (temp) =>
      drill(temp, { random: seeded(seed), seed, rounds, progress }),
    ),
};

interface DrillOptions {
  random: Random;
  seed: number;
  rounds: number;
  progress: (line: string) => void;
}

async function drill(temp: TempStack, { random, seed, rounds, progress }: DrillOptions): Promise<Figures> {
  const { sim, stack } = temp;
  const guild = await sim.createGuild(
    'Restored',
    CHANNELS.map((name) => ({ name })),
  );
  const channelIds = guild.channels.map(({ id }) => id);
  const load = {
    messagesPerSecond: MESSAGES_PER_SECOND,
    seed,
    channelIds,
    editRatio: 0.15,
    deleteRatio: 0.05,
  };
  const scenario = await sim.startScenario(load);
  const backups = new StoreBackups(stack, join(stack.dataDir, 'backups'));
  const failed = { unresolved: 0, unnoticed: 0 };
  for (let round = 0; round < rounds; round++) {
    const combination = COMBINATIONS[round % COMBINATIONS.length]!;
    const name = `NATS ${combination.nats}, Postgres ${combination.postgres}${combination.live ? ', live' : ''}`;
    await backUpUnderLoad(backups, random);
    if (!combination.live) await restoreStores(temp, backups, combination);
    else if (!(await replaceBeneath(temp, backups, combination))) failed.unnoticed += 1;
    const healthy = await followAdvice(
      temp,
      backups,
      round === 0 ? lastOf : (ways) => random.pick(ways),
      progress,
    );
    if (!healthy) failed.unresolved += 1;
    progress(`round ${round + 1} of ${rounds}: ${name}: ${healthy ? 'healthy again' : 'not healthy'}`);
  }
  await sim.stopScenario(scenario.id);
  return { restorations: rounds, ...failed, ...(await judge(temp, progress)) };
}

async function backUpUnderLoad(backups: StoreBackups, random: Random): Promise<void> {
  for (const name of ['older', 'newer']) {
    await sleep(random.between(1_000, 2_500));
    await backups.take('nats', name);
    await backups.take('postgres', name);
  }
  await sleep(random.between(1_500, 2_500));
}

/** As an operator does: nothing runs while the stores are replaced. */
async function restoreStores(
  { stack }: TempStack,
  backups: StoreBackups,
  target: Combination,
): Promise<void> {
  const services = [...stack.services.values()];
  await Promise.all(services.map((service) => service.stop()));
  await replace(backups, target);
  for (const service of services) service.start();
}

/**
 * Replaces the files of running servers without notice, like a lost disk or a hasty operator. Returns whether the ingestor
 * detected it.
 */
async function replaceBeneath({ stack }: TempStack, backups: StoreBackups, target: Combination) {
  const { url } = stack.service('ingestor');
  const before = await lossesReportedBy(url);
  await replace(backups, target);
  const isReported = async () => (await lossesReportedBy(url)) > before || undefined;
  return await until('the ingestor reports the loss', SETTLE_MS, isReported).catch(() => false);
}

async function lossesReportedBy(ingestorUrl: string): Promise<number> {
  const { detail } = (await (await fetch(`${ingestorUrl}/api/status`)).json()) as {
    detail: { storeLost?: { times: number } };
  };
  return detail.storeLost?.times ?? 0;
}

async function replace(backups: StoreBackups, target: Record<Store, Content>): Promise<void> {
  for (const store of ['nats', 'postgres'] as const) {
    const content = target[store];
    if (content === 'empty') await backups.empty(store);
    else if (content !== 'current') await backups.restore(store, content);
  }
}

/** Follows the advice of doctor and status until they have none. Returns whether that happened. */
async function followAdvice(
  temp: TempStack,
  backups: StoreBackups,
  choose: (ways: readonly string[]) => string,
  progress: (line: string) => void,
): Promise<boolean> {
  const { dataDir } = temp.stack;
  for (let round = 0; round < ADVICE_ROUNDS; round++) {
    const doctor = await answered(dataDir, ['projections', 'doctor']);
    if (doctor.code === 0) return settledStatus(dataDir, progress);
    const way = choose(adviceIn(doctor.stdout));
    progress(`doctor: ${way}`);
    if (commandsIn(way).length > 0) await runAll(dataDir, way, progress);
    else if (/restore the stream/.test(way))
      await restoreStores(temp, backups, { nats: 'newer', postgres: 'current' });
    else if (/start the ingestor/.test(way)) await sleep(1_000);
    else return false;
  }
  return false;
}

/** A rebuild is the last remedy: the short form uses it. */
const lastOf = (ways: readonly string[]): string => ways.at(-1)!;

/** Starting services need a moment before they answer. */
function answered(dataDir: string, args: readonly string[]) {
  return until(`relay ${args.join(' ')}`, SETTLE_MS, async () => {
    const answer = await relay(dataDir, args);
    return answer.stdout.includes(' ') ? answer : undefined;
  });
}

async function runAll(dataDir: string, text: string, progress: (line: string) => void): Promise<void> {
  for (const command of commandsIn(text)) {
    const { code, stdout, stderr } = await relay(dataDir, command);
    const said = (stderr || stdout).trimEnd().split('\n').at(-1);
    progress(`relay ${command.join(' ')} (${code}): ${said}`);
  }
}

/** `relay status` names further steps, such as removing the projection that belongs to the lost log. */
async function settledStatus(dataDir: string, progress: (line: string) => void): Promise<boolean> {
  const deadlineMs = performance.now() + SETTLE_MS;
  while (performance.now() < deadlineMs) {
    const { code, stdout } = await relay(dataDir, ['status']);
    if (code === 0) return true;
    const removals = commandsIn(stdout).filter((command) => command[1] === 'drop');
    for (const command of removals) await runAll(dataDir, `\`relay ${command.join(' ')}\``, progress);
    await sleep(500);
  }
  progress((await relay(dataDir, ['status'])).stdout);
  return false;
}

async function judge({ stack, sim }: TempStack, progress: (line: string) => void): Promise<Figures> {
  const entries = (await sim.ledger()).filter(({ kind }) => kind.startsWith('message.'));
  const expected = finalMessages(entries);
  const read = async () => {
    const rows = await compareRows(stack.databaseUrl, expected);
    const gaps = await compareGaps(stack.databaseUrl);
    return { ...rows, missing: stillThere(rows.missing, expected), openGaps: gaps.open };
  };
  const isRight = ({ missing, wrong, openGaps }: Awaited<ReturnType<typeof read>>) =>
    missing.length + wrong.length + openGaps === 0;
  const deadlineMs = performance.now() + SETTLE_MS;
  let found = await read();
  while (!isRight(found) && performance.now() < deadlineMs) {
    await sleep(500);
    found = await read();
  }
  for (const [what, list] of Object.entries(found))
    if (Array.isArray(list) && list.length > 0) progress(`${what}: ${list.slice(0, 5).join(', ')}`);
  const log = (await tallyLog(stack.natsUrl)).compare(dueFacts(entries));
  const created = log.doubled.filter((fact) => fact.startsWith('created '));
  return {
    messages: expected.size,
    missingRows: found.missing.length,
    wrongRows: found.wrong.length,
    surplusRows: found.surplus.length,
    openGaps: found.openGaps,
    unequalToLog: await differencesFromLog(stack.dataDir, progress),
    doubledInLog: created.length,
  };
}

/** Rebuilds the rows from the log; returns 0 if they equal the active ones. */
async function differencesFromLog(dataDir: string, progress: (line: string) => void): Promise<number> {
  await relay(dataDir, ['projections', 'rebuild', '--wait']);
  const { code, stdout, stderr } = await relay(dataDir, ['projections', 'compare']);
  if (code !== 0) progress(stdout + stderr);
  return code;
}

/** Messages that were created and deleted in the lost part are neither in the log nor at Discord. */
const stillThere = (ids: readonly string[], expected: ReadonlyMap<string, FinalMessage>): string[] =>
  ids.filter((id) => !expected.get(id)!.deleted);
