import { SEARCH_HAS, type Snowflake, snowflakeTimeMs } from '@discord-relay/contracts';
import { z } from 'zod';
import { gapsDuring, gapsShape } from '../answers/gap-answer.js';
import { fitting } from '../answers/limits.js';
import { messageShape, toMessageAnswer } from '../answers/message-answer.js';
import { NOTICE } from '../answers/untrusted-text.js';
import { queryOf } from '../relay-reader.js';
import { cursor, id, isoOf, limit, rangeOf, time } from './arguments.js';
import { defineTool } from './tool.js';

const MAX_RESULTS = 50;
const DEFAULT_ITEMS = 20;
const MAX_WORDS_CHARS = 200;

const input = z.strictObject({
  guild: id('The server.'),
  words: z
    .string()
    .min(1)
    .max(MAX_WORDS_CHARS)
    .optional()
    .describe('Every word must occur, at the beginning of a word of the message.'),
  author: id('Only messages of this user.').optional(),
  mentions: id('Only messages that mention this user.').optional(),
  channel: id('Only messages in this channel or thread.').optional(),
  from: time('Only messages at this time or later.').optional(),
  to: time('Only messages before this time.').optional(),
  has: z
    .array(z.enum(SEARCH_HAS))
    .max(SEARCH_HAS.length)
    .optional()
    .describe('Only messages that have all of these.'),
  limit: limit(MAX_RESULTS, DEFAULT_ITEMS),
  cursor: cursor(/^\d{1,20}$/),
});

const output = z.object({
  notice: z.string(),
  guildId: z.string(),
  gaps: gapsShape,
  nextCursor: z.string().nullable().describe('Older messages; null: there are none.'),
  untrusted: z.object({ messages: z.array(messageShape).describe('Newest first.') }),
});

export const search = defineTool({
  name: 'search',
  title: 'Search messages',
  description:
    'Finds messages of a Discord server by words, author, channel, time or parts, newest first, in all channels whose history the token may read.',
  input,
  output,
  async answer({ reader, nowMs }, args): Promise<z.input<typeof output>> {
    const { guild, words, author, mentions, channel, has, limit: maximum, cursor: before } = args;
    const { fromMs, toMs } = rangeOf(args, nowMs);
    const [from, to] = [isoOf(fromMs), isoOf(toMs)];
    const filter = { guild, q: words, author, mentions, channel, has: has?.join() || undefined };
    const page = await reader.search(queryOf({ ...filter, from, to, before, limit: maximum }));
    const found = page.messages.map(toMessageAnswer);
    const messages = fitting(found);
    const nextCursor = messages.length < found.length ? messages.at(-1)!.id : page.next;
    const gaps = await gapsDuring(reader, guild, {
      from: nextCursor === null ? from : messages.at(-1)?.at,
      to: before === undefined ? to : isoOf(snowflakeTimeMs(before as Snowflake)),
    });
    return { notice: NOTICE, guildId: guild, gaps, nextCursor, untrusted: { messages } };
  },
});
