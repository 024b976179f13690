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

interface Asked {
  config: () => NatsSettings;
  output: Output;
}

/** `relay parked …`: events that are kept aside, and what becomes of them. */
export function addParkedCommands(program: Command, config: () => NatsSettings, output: Output): void {
  const parked = program.command('parked').description('Events that could not be projected');
  addReading(parked, { config, output });
  addChanging(parked, { config, output });
}

function addReading(parked: Command, { config, output }: Asked): void {
  parked
    .command('list')
    .description('print what is parked for a reason of its own, and how many are behind it')
    .option('--partition <number>', 'only this partition; all unless given', partitionNumber)
    .option('--json', 'print JSON')
    .action(async ({ json, partition }: { json?: boolean; partition?: number }) => {
      const list = await requestProjector(config(), 'parked.list', { partition }, { waitMs: WAIT_MS });
      output.out(json ? JSON.stringify(list, null, 2) : formatParked(list));
    });
  parked
    .command('show')
    .description('print the error and the event, content included')
    .argument('<seq>', 'its sequence in the log', sequence)
    .option('--json', 'print JSON')
    .action(async (seq: number, { json }: { json?: boolean }) => {
      const detail = await requestProjector(config(), 'parked.show', { seq }, { waitMs: WAIT_MS });
      output.out(json ? JSON.stringify(detail, null, 2) : formatDetail(detail));
    });
}

function addChanging(parked: Command, { config, output }: Asked): void {
  const tell = (outcome: ParkedOutcome) => {
    output.out(formatOutcome(outcome));
    if (outcome.kept > 0) output.fail();
  };
  parked
    .command('retry')
    .description('project an event and all that is parked with it; exit code 1 when some stay parked')
    .argument('<seq>', 'its sequence in the log', sequence)
    .action(async (seq: number) => tell(await runOnProjector(config(), 'parked.retry', { seq }, undefined)));
  parked
    .command('skip')
    .description('give an event up, on record, and project what is parked behind it; exit code as retry')
    .argument('<seq>', 'its sequence in the log', sequence)
    .requiredOption('--why <text>', 'the reason, for those who look later')
    .option('--by <name>', 'who decides it', operatorName())
    .action(async (seq: number, { by, why }: { by: string; why: string }) =>
      tell(await runOnProjector(config(), 'parked.skip', { seq, by, why }, undefined)),
    );
}

export function sequence(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Use the sequence that `list` shows.');
  return Number(text);
}

export function formatParked({ events, total }: ParkedList): string {
  if (total === 0) return 'nothing is parked';
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
  const lines = [formatTable(['SEQ', 'PARTITION', 'CODE', 'BEHIND IT', 'PARKED', 'ABOUT', 'ERROR'], rows)];
  if (shown < total) lines.push(`${total} are parked in all: those not shown come after these`);
  return lines.join('\n');
}

export function formatDetail({ payload, ...event }: ParkedDetail): string {
  const lines: [keyof ParkedEvent, string][] = [
    ['seq', 'sequence'],
    ['partition', 'partition'],
    ['subject', 'subject'],
    ['eventId', 'event'],
    ['keys', 'about'],
    ['code', 'code'],
    ['message', 'error'],
    ['parkedAt', 'parked'],
    ['followers', 'behind it'],
  ];
  const text = lines.map(([field, label]) => `${label}: ${String(event[field])}`);
  return [...text, payload].join('\n');
}

export function formatOutcome({ applied, kept, failures }: ParkedOutcome): string {
  const lines = [`${applied} projected, ${kept} still parked`];
  for (const { seq, code, message } of failures) lines.push(`  ${seq} ${code}: ${message}`);
  return lines.join('\n');
}
