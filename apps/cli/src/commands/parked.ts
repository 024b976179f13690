import type { ParkedDetail, ParkedEvent, ParkedList, ParkedOutcome } from '@discord-relay/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import type { NatsSettings } from '../services/nats.js';
import { operatorName } from '../services/operator-name.js';
import type { Output } from '../format/output.js';
import { requestProjector } from '../services/projector-request.js';
import { partitionNumber } from './projections.js';
import { runOnProjector } from './rebuild.js';
import { formatTable } from '../format/table.js';

/** How long a command that only reads waits for a projector. */
const WAIT_MS = 10_000;

interface CommandContext {
  config: () => NatsSettings;
  output: Output;
}

/** `relay parked …`: lists, retries and skips parked events. */
export function addParkedCommands(program: Command, config: () => NatsSettings, output: Output): void {
  const parked = program.command('parked').description('Events that could not be projected');
  addReading(parked, { config, output });
  addChanging(parked, { config, output });
}

function addReading(parked: Command, { config, output }: CommandContext): void {
  parked
    .command('list')
    .description('print the events that failed, and the number of events that each one blocks')
    .option('--partition <number>', 'only this partition (default: all)', partitionNumber)
    .option('--json', 'print JSON')
    .action(async ({ json, partition }: { json?: boolean; partition?: number }) => {
      const list = await requestProjector(config(), 'parked.list', { partition }, { waitMs: WAIT_MS });
      output.out(json ? JSON.stringify(list, null, 2) : formatParked(list));
    });
  parked
    .command('show')
    .description('print the error and the event, including its content')
    .argument('<seq>', 'sequence of the event in the log', sequence)
    .option('--json', 'print JSON')
    .action(async (seq: number, { json }: { json?: boolean }) => {
      const detail = await requestProjector(config(), 'parked.show', { seq }, { waitMs: WAIT_MS });
      output.out(json ? JSON.stringify(detail, null, 2) : formatDetail(detail));
    });
}

function addChanging(parked: Command, { config, output }: CommandContext): void {
  const print = (outcome: ParkedOutcome) => {
    output.out(formatOutcome(outcome));
    if (outcome.kept > 0) output.fail();
  };
  parked
    .command('retry')
    .description('project a parked event and the events that it blocks; exit code 1 if any stays parked')
    .argument('<seq>', 'sequence of the event in the log', sequence)
    .action(async (seq: number) => print(await runOnProjector(config(), 'parked.retry', { seq }, undefined)));
  parked
    .command('skip')
    .description(
      'skip a parked event, record who skipped it and why, and project the events that it blocks; exit code 1 if any stays parked',
    )
    .argument('<seq>', 'sequence of the event in the log', sequence)
    .requiredOption('--why <text>', 'the reason, which is recorded')
    .option('--by <name>', 'the name to record (default: the current user)', operatorName())
    .action(async (seq: number, { by, why }: { by: string; why: string }) =>
      print(await runOnProjector(config(), 'parked.skip', { seq, by, why }, undefined)),
    );
}

export function sequence(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Use the sequence that `list` shows.');
  return Number(text);
}

export function formatParked({ events, total }: ParkedList): string {
  if (total === 0) return 'no event is parked';
  const rows = events.map((each) => [
    String(each.seq),
    String(each.partition),
    each.code,
    String(each.followers),
    each.parkedAt,
    each.keys.join(' '),
    each.message,
  ]);
  const shown = events.length + events.reduce((sum, { followers }) => sum + followers, 0);
  const lines = [formatTable(['SEQ', 'PARTITION', 'CODE', 'BLOCKS', 'PARKED', 'ABOUT', 'ERROR'], rows)];
  if (shown < total) lines.push(`${total} events are parked in all; the list shows the first ones`);
  return lines.join('\n');
}

export function formatDetail({ payload, truncated, ...event }: ParkedDetail): string {
  const lines: [keyof ParkedEvent, string][] = [
    ['seq', 'sequence'],
    ['partition', 'partition'],
    ['subject', 'subject'],
    ['eventId', 'event'],
    ['keys', 'about'],
    ['code', 'code'],
    ['message', 'error'],
    ['parkedAt', 'parked'],
    ['followers', 'blocked by it'],
  ];
  const text = lines.map(([field, label]) => `${label}: ${String(event[field])}`);
  if (truncated) text.push(`only the first ${payload.length} characters of the event follow`);
  return [...text, payload].join('\n');
}

export function formatOutcome({ applied, kept, failures, moreFailures }: ParkedOutcome): string {
  const lines = [`${applied} projected, ${kept} still parked`];
  for (const { seq, code, message } of failures) lines.push(`  ${seq} ${code}: ${message}`);
  if (moreFailures > 0) lines.push(`  ${moreFailures} more: \`relay parked list\``);
  return lines.join('\n');
}
