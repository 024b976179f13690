import type { LogDiagnosis, PauseState, ProjectionSummary } from '@discord-relay/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import type { Output } from '../format/output.js';
import { requestProjector } from '../services/projector-request.js';
import { addRebuildCommands, requestProgress, type BuildProgress, sumProgress } from './rebuild.js';
import type { NatsSettings } from '../services/nats.js';
import { formatTable } from '../format/table.js';

/** How long a command waits for a projector. */
const WAIT_MS = 10_000;

/**
 * `relay projections …`: lists the projections and runs the log doctor. Returns the group, so that other commands can be added
 * to it.
 */
export function addProjectionCommands(program: Command, config: () => NatsSettings, output: Output): Command {
  const projections = program
    .command('projections')
    .description('Projections of the read models and their progress');
  projections
    .command('list')
    .description('print every projection and its state')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const list = await requestProjector(config(), 'projections.list', {}, { waitMs: WAIT_MS });
      const progress = sumProgress(await requestProgress(config()));
      const withProgress = list.map((each) => ({ ...each, ...progress.get(each.version) }));
      output.out(json ? JSON.stringify(withProgress, null, 2) : formatProjections(withProgress));
    });
  projections
    .command('doctor')
    .description(
      'check that every checkpoint belongs to the log and that the log is complete, and advise; exit code 1 if anything is wrong',
    )
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const diagnosis = await requestProjector(config(), 'projections.doctor', {}, { waitMs: WAIT_MS });
      output.out(json ? JSON.stringify(diagnosis, null, 2) : formatDiagnosis(diagnosis));
      if (!isHealthy(diagnosis)) output.fail();
    });
  addRebuildCommands(projections, config, output);
  return projections;
}

/** `relay pause` and `relay resume`. */
export function addPauseCommands(program: Command, config: () => NatsSettings, output: Output): void {
  const verbs = { pause: 'stop projecting after the current batch', resume: 'resume projecting' } as const;
  for (const verb of ['pause', 'resume'] as const) {
    program
      .command(verb)
      .description(verbs[verb])
      .option('--partition <number>', 'only this partition (default: all)', partitionNumber)
      .action(async (options: { partition?: number }) => {
        output.out(
          formatPause(
            verb,
            options.partition,
            await requestProjector(config(), verb, options, { waitMs: WAIT_MS }),
          ),
        );
      });
  }
}

export function partitionNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('Use a partition number, from 0.');
  return Number(text);
}

/** The result of the command, then the partitions that are paused now. */
export function formatPause(
  verb: 'pause' | 'resume',
  partition: number | undefined,
  { paused }: PauseState,
): string {
  const what = partition === undefined ? 'all partitions' : `partition ${partition}`;
  const rest = paused.length === 0 ? 'no partition is paused now' : `paused now: ${paused.join(', ')}`;
  return `${verb}d ${what}; ${rest}`;
}

export const formatProjections = (list: (ProjectionSummary & Partial<BuildProgress>)[]): string =>
  formatTable(
    ['VERSION', 'STATE', 'SHAPE', 'SCHEMA', 'REMAINING', 'EVENTS/S', 'CREATED', 'ACTIVATED'],
    list.map((each) => [
      String(each.version),
      each.state,
      String(each.shape),
      each.schema,
      String(each.remaining ?? 'no projector owns it'),
      String(each.eventsPerSecond ?? '-'),
      each.createdAt,
      each.activatedAt ?? '-',
    ]),
  );

const isHealthy = ({ partitions, stream }: LogDiagnosis): boolean =>
  stream.length === 0 && partitions.every(({ finding }) => finding === 'fine');

/** One line per partition, then one for each problem of the stream; below each problem, the possible remedies. */
export function formatDiagnosis({ partitions, stream }: LogDiagnosis): string {
  const checkpoints = partitions.map(({ partition, finding, explanation, owner, waysOut }) => ({
    line: `${partition} ${finding}: ${explanation} (${owner === null ? 'no projector owns it' : `projected by ${owner}`})`,
    waysOut,
  }));
  const problems = stream.map(({ name, explanation, waysOut }) => ({
    line: `stream ${name}: ${explanation}`,
    waysOut,
  }));
  const nothing = partitions.length === 0 ? ['nothing has been projected yet'] : [];
  const found = [...checkpoints, ...problems];
  return [
    ...nothing,
    ...found.flatMap(({ line, waysOut }) => [line, ...waysOut.map((way) => `  - ${way}`)]),
  ].join('\n');
}
