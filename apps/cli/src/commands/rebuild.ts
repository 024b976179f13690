import { setTimeout as sleep } from 'node:timers/promises';
import {
  AppError,
  commandSubject,
  type Comparison,
  type ProjectionProgress,
  type ProjectorCommand,
  type ProjectorCommands,
  type Switched,
  type TableComparison,
} from '@discord-relay/contracts';
import type { ControlAnswer } from '@discord-relay/platform';
import { type Command, InvalidArgumentError } from 'commander';
import { requestAll } from '../services/request-all.js';
import { type NatsSettings, withNats } from '../services/nats.js';
import type { Output } from '../format/output.js';
import { requestProjector } from '../services/projector-request.js';
import { formatTable } from '../format/table.js';

/** How long projectors have to report their progress. */
const PROGRESS_MS = 5_000;
/** How long a projector has to list the projections. */
const LIST_MS = 10_000;
/** How often `rebuild --wait` checks whether the projection has caught up. */
const CHECK_EVERY_MS = 1_000;
/** A comparison reads every row. */
const WORK_MS = 3_600_000;

/** Remaining events of a projection and events per second, summed over all projectors. */
export type BuildProgress = Pick<ProjectionProgress, 'remaining' | 'eventsPerSecond'>;

type Progress = ControlAnswer<ProjectionProgress[]>;

/** Adds `rebuild`, `compare`, `switch`, `rollback` and `drop` to `relay projections`. */
export function addRebuildCommands(projections: Command, config: () => NatsSettings, output: Output): void {
  const chosen = (name: string, description: string) =>
    projections
      .command(name)
      .description(description)
      .option(
        '--version <number>',
        'version of the projection (default: the only projection that the command applies to)',
        versionNumber,
      );
  projections
    .command('rebuild')
    .description('build a projection from the log beside the active one, or continue an unfinished build')
    .option('--wait', 'wait until the projection has caught up with the log')
    .action(async ({ wait }: { wait?: boolean }) => {
      const { version, created } = await runOnProjector(config(), 'projections.rebuild', {}, undefined);
      output.out(
        `projection ${version} is ${created ? 'being built' : 'already being built'}: see \`relay projections list\``,
      );
      if (!wait) return;
      await untilBuilt(config(), version);
      output.out(`projection ${version} is ready`);
    });
  chosen(
    'compare',
    'count and hash the rows of both projections at the same position of the log; exit code 1 if they differ',
  ).action(async ({ version }: { version?: number }) => {
    const comparison = await runOnProjector(config(), 'projections.compare', { version }, version);
    output.out(formatComparison(comparison));
    if (!comparison.equal) output.fail();
  });
  chosen('switch', 'make another projection the active one').action(
    async ({ version }: { version?: number }) =>
      output.out(formatSwitch(await runOnProjector(config(), 'projections.switch', { version }, version))),
  );
  projections
    .command('rollback')
    .description('make the previous projection the active one again')
    .action(async () =>
      output.out(formatSwitch(await runOnProjector(config(), 'projections.rollback', {}, undefined))),
    );
  projections
    .command('drop')
    .description('remove a projection that is not active, with all its rows')
    .argument('<version>', 'version of the projection', versionNumber)
    .action(async (version: number) => {
      await runOnProjector(config(), 'projections.drop', { version }, undefined);
      output.out(`projection ${version} is removed`);
    });
}

/** @throws AppError PROJECTION.NOT_FOUND when the projection is removed meanwhile; else as {@link requestProjector} */
async function untilBuilt(config: NatsSettings, version: number): Promise<void> {
  for (;;) {
    const list = await requestProjector(config, 'projections.list', {}, { waitMs: LIST_MS });
    const found = list.find((each) => each.version === version);
    if (!found) throw new AppError('PROJECTION.NOT_FOUND', `projection ${version} was removed`);
    if (found.state !== 'building') return;
    await sleep(CHECK_EVERY_MS);
  }
}

/**
 * Sends a command to one projector: the first one that answers and whose release made the projection.
 * @throws AppError PROJECTION.NOT_READY when no projector projects that version; else as {@link requestProjector}
 */
export async function runOnProjector<C extends ProjectorCommand>(
  config: NatsSettings,
  command: C,
  input: ProjectorCommands[C]['input'],
  version: number | undefined,
): Promise<ProjectorCommands[C]['result']> {
  const instance = chooseProjector(await requestProgress(config), version);
  return requestProjector(config, command, input, { waitMs: WORK_MS, instance });
}

/** The progress report of every projector. */
export async function requestProgress(config: NatsSettings): Promise<Progress[]> {
  const subject = commandSubject('projector', 'projections.progress');
  return withNats(config, (connection) =>
    requestAll<Progress>(connection, subject, {}, { waitMs: PROGRESS_MS }),
  );
}

/** The instance to send the command to. @throws AppError when there is none */
export function chooseProjector(answers: Progress[], version: number | undefined): string {
  const good = answers.filter((answer) => answer.ok);
  if (good.length === 0) throw new AppError('SERVICE.UNAVAILABLE', 'no projector answers: is one running?');
  const projects = ({ result }: { result: ProjectionProgress[] }) =>
    version === undefined ? result.length > 0 : result.some((each) => each.version === version);
  const able = good.find(projects) ?? (version === undefined ? good[0] : undefined);
  if (able) return able.instance;
  throw new AppError(
    'PROJECTION.NOT_READY',
    `no running projector projects version ${version}: does it exist, and does the release that made it run?`,
  );
}

/** Sums the reports by projection version. */
export function sumProgress(answers: Progress[]): Map<number, BuildProgress> {
  const sums = new Map<number, BuildProgress>();
  for (const { version, remaining, eventsPerSecond } of answers.flatMap((each) =>
    each.ok ? each.result : [],
  )) {
    const sum = sums.get(version) ?? { remaining: 0, eventsPerSecond: 0 };
    sum.remaining += remaining;
    sum.eventsPerSecond += eventsPerSecond;
    sums.set(version, sum);
  }
  return sums;
}

export function versionNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('Use the version of a projection, from 1.');
  return Number(text);
}

const formatSwitch = ({ from, to, pauseMs }: Switched): string =>
  `projection ${to} is now active instead of ${from}; nothing was committed for ${pauseMs} ms`;

function differingOf({ differing, moreDiffering }: TableComparison): string {
  return [...differing, ...(moreDiffering > 0 ? [`${moreDiffering} more`] : [])].join(', ');
}

/** One line per table, with its differences. */
export function formatComparison({ source, target, equal, tables, diverged }: Comparison): string {
  const rows = tables.map((each) => [
    each.table,
    String(each.rows.source),
    String(each.rows.target),
    each.equal ? 'equal' : `differs in ${differingOf(each)}`,
    each.uncompared.length > 0 ? `not compared: ${each.uncompared.join(', ')}` : '',
  ]);
  const lines = [formatTable(['TABLE', `IN ${source}`, `IN ${target}`, 'ROWS', ''], rows)];
  if (diverged.length > 0)
    lines.push(
      `partitions ${diverged.join(', ')} of ${source} belong to another log: run \`relay projections doctor\``,
    );
  return [...lines, equal ? 'equal' : 'different'].join('\n');
}
