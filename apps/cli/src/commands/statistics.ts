import type { RestChannelStatistics, RestCounts, RestGuildStatistics } from '@discord-relay/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliConfig } from '../config.js';
import { requestGateway } from '../services/gateway-request.js';
import type { Output } from '../format/output.js';
import { formatTable } from '../format/table.js';

interface SpanOptions {
  from?: string;
  to?: string;
  json?: boolean;
}

/** `relay statistics …`: counts of a channel or a guild by hour, never by person. */
export function addStatisticsCommands(program: Command, config: () => CliConfig, output: Output): void {
  const statistics = program
    .command('statistics')
    .description('Messages, reactions and authors by hour; times are ISO 8601; default: the last week');
  const add = <T>(what: string, does: string, format: (answer: T) => string) =>
    statistics
      .command(what)
      .description(does)
      .argument('<id>', `id of the ${what}`, snowflake)
      .option('--from <time>', 'only hours that begin at this time or later')
      .option('--to <time>', 'only hours that begin before this time')
      .option('--json', 'print JSON')
      .action(async (id: string, { json, ...span }: SpanOptions) => {
        const path = `/api/v1/${what}s/${id}/statistics?${new URLSearchParams({ ...span })}`;
        const answer = await requestGateway<T>(config(), { method: 'GET', path });
        output.out(json ? JSON.stringify(answer, null, 2) : format(answer));
      });
  add('channel', 'print the counts of a channel, hour by hour', formatChannel);
  add('guild', 'print the counts of every channel of a guild, busiest first', formatGuild);
}

function snowflake(text: string): string {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError('Use a Discord id: digits only.');
  return text;
}

const HEADER = ['MESSAGES', 'AUTHORS', 'EDITS', 'DELETIONS', 'REACTIONS'];

const cells = ({ messages, authors, edits, deletions, reactions }: RestCounts): string[] =>
  [messages, authors, edits, deletions, reactions].map(String);

/** One line per hour. */
export const formatChannel = ({ hours }: RestChannelStatistics): string =>
  counts(
    ['HOUR'],
    hours.map((each) => [each.hour, ...cells(each)]),
  );

/** One line per channel. */
export const formatGuild = ({ channels }: RestGuildStatistics): string =>
  counts(
    ['CHANNEL', 'NAME'],
    channels.map((each) => [each.channelId, each.name ?? '', ...cells(each)]),
  );

const counts = (first: string[], rows: string[][]): string =>
  rows.length === 0 ? 'no activity in this time' : formatTable([...first, ...HEADER], rows);
