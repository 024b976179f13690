import { AppError, type IsoTime } from '@discord-relay/contracts';
import { z } from 'zod';
import { gapsDuring, gapsShape } from '../answers/gap-answer.js';
import { cutName, fitting } from '../answers/limits.js';
import { NOTICE } from '../answers/untrusted-text.js';
import { queryOf, type RelayReader } from '../relay-reader.js';
import { cursor, id, isoOf, limit, rangeOf, time } from './arguments.js';
import { defineTool } from './tool.js';

const MAX_ROWS = 200;
const DEFAULT_ITEMS = 100;
const WEEK_MS = 7 * 86_400_000;

const input = z.strictObject({
  guild: id('The server.'),
  channel: id('Only this channel or thread; default: all whose history you may read.').optional(),
  by: z
    .enum(['day', 'hour', 'channel'], { error: 'must be day, hour or channel' })
    .default('day')
    .describe('What a row counts: a day (UTC), an hour, or a channel.'),
  from: time('Default: seven days before to.').optional(),
  to: time('Default: now. At most a year after from.').optional(),
  limit: limit(MAX_ROWS, DEFAULT_ITEMS),
  cursor: cursor(/^[\dTZ:.-]{1,40}$/),
});

const counts = {
  messages: z.int().describe('Including those deleted since.'),
  edits: z.int(),
  deletions: z.int(),
  reactions: z.int(),
};

const output = z.object({
  notice: z.string(),
  guildId: z.string(),
  channelId: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  total: z.object(counts),
  rows: z
    .array(
      z.object({
        key: z.string().describe('A day, the beginning of an hour, or the id of a channel.'),
        ...counts,
      }),
    )
    .describe('Times in order; channels busiest first. Times and channels without activity are absent.'),
  gaps: gapsShape,
  nextCursor: z.string().nullable(),
  untrusted: z.object({ channelNames: z.array(z.object({ id: z.string(), name: z.string() })) }),
});

type Arguments = z.output<typeof input>;
type Answer = z.input<typeof output>;
type Row = Answer['rows'][number];
type Counts = Answer['total'];

export const statistics = defineTool({
  name: 'statistics',
  title: 'Count activity',
  description:
    'Counts messages, edits, deletions and reactions of a Discord server or a channel by day, hour or channel; never by person.',
  input,
  output,
  async answer({ reader, nowMs }, args): Promise<Answer> {
    const { fromMs, toMs = nowMs } = rangeOf(args, nowMs);
    const span = { from: isoOf(fromMs ?? toMs - WEEK_MS)!, to: isoOf(toMs)! };
    const { rows: all, names } = await rowsOf(reader, args, span);
    const { rows, nextCursor } = pageOf(all, args);
    const shown = new Set(rows.map(({ key }) => key));
    return {
      notice: NOTICE,
      guildId: args.guild,
      channelId: args.channel ?? null,
      ...span,
      total: sumOf(all),
      rows,
      gaps: await gapsDuring(reader, args.guild, span),
      nextCursor,
      untrusted: { channelNames: names.filter((each) => shown.has(each.id)) },
    };
  },
});

interface Names {
  rows: Row[];
  names: { id: string; name: string }[];
}

async function rowsOf(
  reader: RelayReader,
  args: Arguments,
  span: { from: string; to: string },
): Promise<Names> {
  const { guild, channel, by } = args;
  if (channel !== undefined) {
    await requireGuild(reader, channel, guild);
    const { hours } = await reader.channelStatistics(channel, queryOf(span));
    if (by !== 'channel') return { rows: inTime(hours, by), names: [] };
    return { rows: hours.length === 0 ? [] : [{ key: channel, ...sumOf(hours) }], names: [] };
  }
  const { channels, hours } = await reader.guildStatistics(guild, queryOf(span));
  if (by !== 'channel') return { rows: inTime(hours, by), names: [] };
  return {
    rows: channels.map((each) => ({ key: each.channelId, ...countsOf(each) })),
    names: channels.flatMap(({ channelId, name }) =>
      name === null ? [] : [{ id: channelId, name: cutName(name) }],
    ),
  };
}

/** @throws AppError `REQUEST.INVALID`; as the reader for a channel that the caller may not see */
async function requireGuild(reader: RelayReader, channelId: string, guildId: string): Promise<void> {
  const { serverId } = await reader.channel(channelId);
  if (serverId !== guildId) throw new AppError('REQUEST.INVALID', 'channel: belongs to another guild');
}

/** Length of the date in an ISO time. */
const DATE_CHARS = 'YYYY-MM-DD'.length;

function inTime(hours: readonly (Counts & { hour: IsoTime })[], by: 'day' | 'hour'): Row[] {
  const rows = new Map<string, Counts>();
  for (const each of hours) {
    const key = by === 'day' ? each.hour.slice(0, DATE_CHARS) : each.hour;
    rows.set(key, sumOf([rows.get(key) ?? NOTHING, each]));
  }
  return [...rows].map(([key, sum]) => ({ key, ...sum }));
}

const NOTHING: Counts = { messages: 0, edits: 0, deletions: 0, reactions: 0 };

const countsOf = ({ messages, edits, deletions, reactions }: Counts): Counts => ({
  messages,
  edits,
  deletions,
  reactions,
});

const sumOf = (rows: readonly Counts[]): Counts =>
  rows.reduce<Counts>(
    (sum, each) => ({
      messages: sum.messages + each.messages,
      edits: sum.edits + each.edits,
      deletions: sum.deletions + each.deletions,
      reactions: sum.reactions + each.reactions,
    }),
    NOTHING,
  );

/** The rows after the one that the cursor names. @throws AppError `REQUEST.INVALID` when it is not among them any more */
function pageOf(
  all: readonly Row[],
  { limit: maximum, cursor: after }: Arguments,
): { rows: Row[]; nextCursor: string | null } {
  const start = after === undefined ? 0 : all.findIndex(({ key }) => key === after) + 1;
  if (after !== undefined && start === 0)
    throw new AppError(
      'REQUEST.INVALID',
      'cursor: does not belong to these arguments; start again without a cursor',
    );
  const rows = fitting(all.slice(start, start + maximum));
  return { rows, nextCursor: start + rows.length >= all.length ? null : rows.at(-1)!.key };
}
