import {
  AppError,
  AS_OF_CLOCKS,
  compareSnowflakes,
  firstSnowflakeAt,
  type RestMessagePage,
  type Snowflake,
  snowflakeTimeMs,
} from '@discord-relay/contracts';
import { z } from 'zod';
import { gapsDuring, gapsShape, withGaps } from '../answers/gap-answer.js';
import { cutName, fitting } from '../answers/limits.js';
import {
  type MessageAnswer,
  messageShape,
  toMessageAnswer,
  toTombstoneAnswer,
} from '../answers/message-answer.js';
import { NOTICE } from '../answers/untrusted-text.js';
import { queryOf, type RelayReader } from '../relay-reader.js';
import { cursor, id, isoOf, limit, point, rangeOf, time } from './arguments.js';
import { defineTool } from './tool.js';

const MAX_MESSAGES = 50;
const DEFAULT_ITEMS = 25;

const input = z.strictObject({
  channel: id('The channel or thread.'),
  from: time(
    'Only messages at this time or later, oldest pages first. Without it: newest pages first.',
  ).optional(),
  to: time('Only messages before this time.').optional(),
  asOf: point(
    'The messages as they were: edits, deletions and reactions after it are undone where they are known.',
  ).optional(),
  clock: z
    .enum(AS_OF_CLOCKS, { error: 'must be observed or happened' })
    .optional()
    .describe(
      'With asOf. observed (default): what had been recorded by then. happened: what had happened by then, as far as it is known now.',
    ),
  limit: limit(MAX_MESSAGES, DEFAULT_ITEMS),
  cursor: cursor(/^(before|after):\d{1,20}$/),
});

const output = z.object({
  notice: z.string(),
  channelId: z.string(),
  guildId: z.string(),
  asOf: z
    .object({ clock: z.enum(AS_OF_CLOCKS), seq: z.int(), time: z.string().nullable() })
    .nullable()
    .describe('The point of the log that was read; null: the present.'),
  gaps: gapsShape,
  nextCursor: z.string().nullable().describe('Older messages; with from: newer ones. null: there are none.'),
  untrusted: z.object({
    channelName: z.string(),
    messages: z.array(messageShape).describe('Oldest first.'),
  }),
});

export const readChannel = defineTool({
  name: 'read_channel',
  title: 'Read a channel',
  description:
    'Reads messages of a Discord channel or thread, now or as of an earlier time, in pages; each page is in order of time. Deleted messages are not included; with asOf, messages that were deleted since have no text.',
  input,
  output,
  async answer({ reader, nowMs }, args): Promise<z.input<typeof output>> {
    const { serverId: guildId, name } = await reader.channel(args.channel);
    const window = windowOf(args, nowMs);
    const page = await readPage(reader, { ...args, window });
    const { shown, nextCursor } = pageOf(page, { channelId: args.channel, window, limit: args.limit });
    const during = await gapsDuring(reader, guildId, coveredBy(shown, window, nextCursor));
    const gaps = withGaps(during, page.asOf?.gaps ?? []);
    const asOf = page.asOf ? { clock: page.asOf.clock, seq: page.asOf.seq, time: page.asOf.time } : null;
    const messages = window.isForward ? shown : [...shown].reverse();
    const untrusted = { channelName: cutName(name), messages };
    return { notice: NOTICE, channelId: args.channel, guildId, asOf, gaps, nextCursor, untrusted };
  },
});

type Arguments = z.output<typeof input>;

/** The ids between which a page lies, exclusive, and the direction of reading. */
interface Window {
  isForward: boolean;
  after: Snowflake | undefined;
  before: Snowflake | undefined;
}

/** @throws AppError `REQUEST.INVALID` for a range that is reversed, or a cursor of another direction */
function windowOf(args: Arguments, nowMs: number): Window {
  const { fromMs, toMs } = rangeOf(args, nowMs);
  const isForward = fromMs !== undefined;
  const [direction, position] = (args.cursor ?? '').split(':') as [string, Snowflake | undefined];
  if (position !== undefined && (direction === 'after') !== isForward)
    throw new AppError('REQUEST.INVALID', 'cursor: belongs to a request with other arguments');
  const end = toMs === undefined ? undefined : firstSnowflakeAt(toMs);
  if (!isForward) return { isForward, after: undefined, before: position ?? end };
  return { isForward, after: position ?? lastSnowflakeBefore(fromMs), before: end };
}

/** The largest id that is older than a time; 0: none is. */
function lastSnowflakeBefore(timeMs: number): Snowflake {
  const first = BigInt(firstSnowflakeAt(timeMs));
  return (first === 0n ? '0' : String(first - 1n)) as Snowflake;
}

/** One more than is shown, to know whether there are more. */
const readPage = (
  reader: RelayReader,
  { channel, asOf, clock, limit: shown, window }: Arguments & { window: Window },
): Promise<RestMessagePage> => {
  const { isForward, after, before } = window;
  const bounds = isForward ? { after } : { before };
  return reader.messages(channel, queryOf({ ...bounds, asOf, clock, limit: shown + 1 }));
};

/** The messages in the direction of reading, and the cursor of the next page. */
function pageOf(
  page: RestMessagePage,
  { channelId, window, limit: maximum }: { channelId: string; window: Window; limit: number },
): { shown: MessageAnswer[]; nextCursor: string | null } {
  const { isForward, before } = window;
  const sign = isForward ? 1 : -1;
  const inside = answersOf(page, channelId)
    .sort((a, b) => sign * compareSnowflakes(a.id, b.id))
    .filter((each) => !isForward || before === undefined || compareSnowflakes(each.id, before) < 0);
  const shown = fitting(inside.slice(0, maximum));
  const last = shown.at(-1);
  if (last === undefined || shown.length === inside.length) return { shown, nextCursor: null };
  return { shown, nextCursor: `${isForward ? 'after' : 'before'}:${last.id}` };
}

function answersOf({ messages, asOf }: RestMessagePage, channelId: string): MessageAnswer[] {
  const { deleted = [], unknown = [] } = asOf ?? {};
  return [
    ...messages.map(toMessageAnswer),
    ...deleted.map((each) => toTombstoneAnswer(each, channelId, 'deleted')),
    ...unknown.map((each) => toTombstoneAnswer(each, channelId, 'text_unknown')),
  ];
}

/** The time that a page covers: from where it begins to its last message, or to the end if it is the last page. */
function coveredBy(
  shown: readonly MessageAnswer[],
  { isForward, after, before }: Window,
  nextCursor: string | null,
): { from?: string | undefined; to?: string | undefined } {
  const timeOf = (bound: Snowflake | undefined) =>
    bound === undefined ? undefined : isoOf(snowflakeTimeMs(bound));
  const end = nextCursor === null ? undefined : shown.at(-1)?.at;
  return isForward ? { from: timeOf(after), to: end ?? timeOf(before) } : { from: end, to: timeOf(before) };
}
