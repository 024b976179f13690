import {
  QUEUE_STATES,
  type QueueSettings,
  type QueueState,
  type RestQueuePage,
  type RestQueueSettings,
  type Snowflake,
} from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { type Command, Option } from 'commander';
import type { CliConfig } from '../config.js';
import { formatSpan } from '../format/format-span.js';
import type { Output } from '../format/output.js';
import { formatTable } from '../format/table.js';
import { requestGateway } from '../services/gateway-request.js';
import { guildId } from './tokens.js';

interface Surroundings {
  config: () => CliConfig;
  output: Output;
}

/** Lists as given on the command line; undefined: unchanged. */
interface SettingsOptions {
  staffRole?: Snowflake[];
  channel?: Snowflake[];
  messageChannel?: Snowflake[];
  solvedTag?: Snowflake[];
  clear: (keyof typeof LISTS)[];
  solvedWhenArchived?: boolean;
  json?: boolean;
}

/** Options that take ids, and the list that each replaces. */
const LISTS = {
  'staff-role': 'staffRoleIds',
  channel: 'channelIds',
  'message-channel': 'messageChannelIds',
  'solved-tag': 'solvedTagIds',
} as const satisfies Record<string, keyof QueueSettings>;

const GUILD = ['<guild>', 'id of the guild', (text: string) => guildId(text, [])[0]] as const;

/** `relay queue …`: the conversations that wait for staff, and the settings of the queue. */
export function addQueueCommands(program: Command, config: () => CliConfig, output: Output): void {
  const queue = program.command('queue').description('The support queue of a guild');
  addList(queue, { config, output });
  addSettings(queue, { config, output });
}

function addList(queue: Command, { config, output }: Surroundings): void {
  queue
    .command('list')
    .description('print the conversations of the support queue, longest waiting first')
    .argument(...GUILD)
    .addOption(
      new Option('--state <state>', 'only conversations in this state')
        .choices(QUEUE_STATES)
        .default('waiting'),
    )
    .option('--channel <id>', 'only conversations in this channel', (text: string) => guildId(text, [])[0])
    .option('--limit <number>', 'maximum number of conversations, 1 to 100', '50')
    .option('--json', 'print JSON')
    .action(
      async (guild: string, { json, ...filter }: { json?: boolean; state: QueueState; limit: string }) => {
        const path = `/api/v1/guilds/${guild}/queue?${new URLSearchParams(filter)}`;
        const page = await requestGateway<RestQueuePage>(config(), { method: 'GET', path });
        output.out(json ? JSON.stringify(page, null, 2) : formatQueue(page, wallClockMs()));
      },
    );
}

function addSettings(queue: Command, { config, output }: Surroundings): void {
  const ids = (text: string, earlier?: readonly string[]) => guildId(text, earlier ?? []);
  queue
    .command('settings')
    .description('print the settings; options change the settings that they name')
    .argument(...GUILD)
    .option('--staff-role <id>', 'role whose members are staff; can be repeated', ids)
    .option('--channel <id>', 'channel whose threads and posts belong to the queue; can be repeated', ids)
    .option('--message-channel <id>', 'text channel whose messages belong to the queue; can be repeated', ids)
    .option('--solved-tag <id>', 'forum tag that marks a post as solved; can be repeated', ids)
    .addOption(
      new Option('--clear <list...>', 'empty these lists').choices(Object.keys(LISTS)).default([], 'none'),
    )
    .option('--solved-when-archived', 'treat archived threads as solved')
    .option('--no-solved-when-archived', 'do not treat archived threads as solved')
    .option('--json', 'print JSON')
    .action(async (guild: string, options: SettingsOptions) => {
      const path = `/api/v1/guilds/${guild}/queue/settings`;
      const before = await requestGateway<RestQueueSettings>(config(), { method: 'GET', path });
      const changed = changedBy(before, options);
      const settings = changed
        ? await requestGateway<RestQueueSettings>(config(), { method: 'PUT', path, body: changed })
        : before;
      output.out(options.json ? JSON.stringify(settings, null, 2) : formatSettings(settings));
    });
}

/** The settings after applying the options; undefined: no option changes them. */
export function changedBy(
  before: QueueSettings,
  options: Omit<SettingsOptions, 'json'>,
): QueueSettings | undefined {
  const { clear, solvedWhenArchived } = options;
  const given: Partial<QueueSettings> = {
    ...Object.fromEntries(clear.map((list) => [LISTS[list], []])),
    ...(options.staffRole && { staffRoleIds: options.staffRole }),
    ...(options.channel && { channelIds: options.channel }),
    ...(options.messageChannel && { messageChannelIds: options.messageChannel }),
    ...(options.solvedTag && { solvedTagIds: options.solvedTag }),
    ...(solvedWhenArchived !== undefined && { solvedWhenArchived }),
  };
  if (Object.keys(given).length === 0) return undefined;
  const { staffRoleIds, channelIds, messageChannelIds, solvedTagIds } = before;
  const kept = { staffRoleIds, channelIds, messageChannelIds, solvedTagIds };
  return { ...kept, solvedWhenArchived: before.solvedWhenArchived, ...given };
}

/** One line per conversation. */
export function formatQueue(
  { entries, counts, configured, beyondLimit }: RestQueuePage,
  nowMs: number,
): string {
  if (!configured) return 'the queue is not set up: use `relay queue settings`';
  const { waiting, answered, solved } = counts;
  const cut = beyondLimit.map(
    (limit) => `\nolder ${limit} are left out: see QUEUE_MAX_${limit.toUpperCase()}`,
  );
  const summary = `${waiting} waiting, ${answered} answered, ${solved} solved${cut.join('')}`;
  if (entries.length === 0) return summary;
  const rows = entries.map((each) => [
    each.id,
    each.name,
    each.opener?.name ?? each.opener?.id ?? '-',
    each.lastSpeaker?.name ?? each.lastSpeaker?.id ?? '-',
    formatSpan((nowMs - Date.parse(each.openedAt)) / 1_000),
    each.waitingSince === null ? '-' : formatSpan((nowMs - Date.parse(each.waitingSince)) / 1_000),
    each.firstResponseS === null ? '-' : formatSpan(each.firstResponseS),
  ]);
  const header = ['ID', 'NAME', 'OPENER', 'LAST', 'AGE', 'WAITS', 'FIRST RESPONSE'];
  return `${formatTable(header, rows)}\n${summary}`;
}

export function formatSettings(settings: RestQueueSettings): string {
  const { solvedWhenArchived, revision, updatedBy, updatedAt } = settings;
  const lists = Object.entries(LISTS).map(([option, list]) => [option, settings[list].join(' ') || '-']);
  const archived = ['solved-when-archived', solvedWhenArchived ? 'yes' : 'no'];
  const changed = ['changed', revision === 0 ? 'never' : `${updatedAt} by ${updatedBy}`];
  return formatTable(['SETTING', 'VALUE'], [...lists, archived, changed]);
}
