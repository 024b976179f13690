import {
  AS_OF_CLOCKS,
  type RestChannelDiff,
  type RestGuildDiff,
  type RestMessagePage,
} from '@discord-relay/contracts';
import { type Command, Option } from 'commander';
import type { CliConfig } from '../config.js';
import { formatChannelDiff, formatGuildDiff } from '../format/format-diff.js';
import { formatMessages } from '../format/format-messages.js';
import type { Output } from '../format/output.js';
import { requestGateway } from '../services/gateway-request.js';
import { id as snowflake } from './export.js';

const POINT = 'a sequence, or a time: ISO 8601 or now-2h';
const NOW = 'now';

interface MessagesOptions {
  asOf?: string;
  clock?: string;
  before?: string;
  after?: string;
  limit?: string;
  json?: boolean;
}

interface DiffOptions {
  from: string;
  to: string;
  after?: string;
  limit?: string;
  json?: boolean;
}

/** `relay messages` and `relay diff …`: the present and the past of channels and guilds (docs/time-travel.md). */
export function addHistoryCommands(program: Command, config: () => CliConfig, output: Output): void {
  const get = <T>(path: string, query: object): Promise<T> =>
    requestGateway<T>(config(), {
      method: 'GET',
      path: `/api/v1/${path}?${new URLSearchParams({ ...query })}`,
    });
  program
    .command('messages')
    .description('print a page of the messages of a channel, oldest first; default: the newest ones')
    .argument('<channel>', 'id of the channel or thread', snowflake)
    .option('--as-of <point>', `as they were at an earlier point: ${POINT}`)
    .addOption(
      new Option('--clock <clock>', 'of --as-of: when it was recorded, or when it happened').choices(
        AS_OF_CLOCKS,
      ),
    )
    .option('--before <id>', 'messages before this id', snowflake)
    .option('--after <id>', 'messages after this id', snowflake)
    .option('--limit <number>', 'maximum number of messages, 1 to 100; default: 50')
    .option('--json', 'print JSON')
    .action(async (id: string, { json, ...query }: MessagesOptions) => {
      const page = await get<RestMessagePage>(`channels/${id}/messages`, query);
      output.out(json ? JSON.stringify(page, null, 2) : formatMessages(page));
    });
  const diff = program.command('diff').description('What changed between two points of the log');
  const addDiff = <T>(what: string, does: string, format: (found: T) => string) =>
    diff
      .command(what)
      .description(does)
      .argument('<id>', `id of the ${what}`, snowflake)
      .requiredOption('--from <point>', POINT)
      .option('--to <point>', `${POINT}; default: now`, NOW)
      .option('--after <id>', 'continue after this id, as the last line of a page says', snowflake)
      .option('--limit <number>', 'maximum number of members or messages')
      .option('--json', 'print JSON')
      .action(async (id: string, { json, ...query }: DiffOptions) => {
        const found = await get<T>(`${what}s/${id}/diff`, query);
        output.out(json ? JSON.stringify(found, null, 2) : format(found));
      });
  addDiff<RestGuildDiff>('guild', 'print how channels, roles, rooms and members changed', formatGuildDiff);
  addDiff<RestChannelDiff>(
    'channel',
    'print the messages that were created, changed or deleted',
    formatChannelDiff,
  );
}
