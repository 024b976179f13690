import { type Command, InvalidArgumentError } from 'commander';
import type { CliConfig } from '../config.js';
import { countOf, formatCounts } from '../format/format-event-counts.js';
import { formatEvent } from '../format/format-event.js';
import type { Output } from '../format/output.js';
import { streamEvents } from '../services/stream-events.js';

interface EventOptions {
  type: string[];
  guild: string[];
  channel: string[];
  author: string[];
  from?: string;
  to?: string;
  fromSeq?: string;
  toSeq?: string;
  cursor?: string;
  speed?: string;
  json?: boolean;
}

/** `relay events …`: the log, as `GET /api/v1/events` sends it. */
export function addEventsCommands(program: Command, config: () => CliConfig, output: Output): void {
  const events = program
    .command('events')
    .description('The events of the log; times are ISO 8601 or now-2h: docs/event-stream.md');
  const print = async (query: Record<string, string>, json: boolean | undefined) => {
    for await (const { record, line } of streamEvents(config(), query)) {
      const text = json ? line : formatEvent(record);
      if (text !== undefined) output.out(text);
    }
  };
  withFilters(events.command('tail'))
    .description('print events as they happen, until interrupted')
    .action(({ json, ...options }: EventOptions) => print({ ...queryOf(options), follow: 'true' }, json));
  withEnd(withFilters(events.command('replay')))
    .description('print the events of a range')
    .option('--speed <factor>', 'with the original spacing, 1 to 1000 times faster; default: at once')
    .action(({ json, ...options }: EventOptions) => print(queryOf(options), json));
  withEnd(withFilters(events.command('count')))
    .description('count the events of a range by type')
    .action(async ({ json, ...options }: EventOptions) => {
      const counts = await countOf(streamEvents(config(), queryOf(options)));
      output.out(json ? JSON.stringify(counts, null, 2) : formatCounts(counts));
    });
}

const withFilters = (command: Command): Command =>
  command
    .option('--type <pattern>', 'only these types, such as message.*; can be repeated', repeated, [])
    .option('--guild <id>', 'only this guild; can be repeated', repeatedId, [])
    .option('--channel <id>', 'only this channel or thread; can be repeated', repeatedId, [])
    .option('--author <id>', 'only events by this user; can be repeated', repeatedId, [])
    .option('--from <time>', 'events recorded at this time or later')
    .option('--from-seq <seq>', 'events with this seq or a later one')
    .option('--cursor <cursor>', 'events after this cursor')
    .option('--json', 'print JSON');

const withEnd = (command: Command): Command =>
  command
    .option('--to <time>', 'events recorded before this time')
    .option('--to-seq <seq>', 'events with this seq or an earlier one');

const repeated = (value: string, before: string[]): string[] => [...before, value];

function repeatedId(value: string, before: string[]): string[] {
  if (!/^\d{1,20}$/.test(value)) throw new InvalidArgumentError('Use a Discord id: digits only.');
  return [...before, value];
}

/** The options as parameters of the request, without those that were not given. */
export function queryOf({ type, ...options }: Omit<EventOptions, 'json'>): Record<string, string> {
  const given = Object.entries({ types: type, ...options }).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join() : value] as const,
  );
  return Object.fromEntries(given.filter((each): each is [string, string] => Boolean(each[1])));
}
