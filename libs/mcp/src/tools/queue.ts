import {
  QUEUE_LIMITS,
  QUEUE_STATES,
  type QueueEntry,
  type QueuePerson,
  type RestQueuePage,
} from '@discord-relay/contracts';
import { z } from 'zod';
import { gapsDuring, gapsShape } from '../answers/gap-answer.js';
import { cutName, fitting } from '../answers/limits.js';
import { NOTICE } from '../answers/untrusted-text.js';
import { queryOf, type RelayReader } from '../relay-reader.js';
import { cursor, id, limit } from './arguments.js';
import { defineTool } from './tool.js';

const MAX_ENTRIES = 50;
const DEFAULT_ITEMS = 25;

const input = z.strictObject({
  guild: id('The server.'),
  states: z
    .array(z.enum(QUEUE_STATES))
    .min(1)
    .max(QUEUE_STATES.length)
    .default(['waiting'])
    .describe('waiting: a member waits for staff. answered: staff wrote last. solved: it is closed.'),
  channel: id('Only this channel with its threads, or only this thread.').optional(),
  limit: limit(MAX_ENTRIES, DEFAULT_ITEMS),
  cursor: cursor(/^\d{15}-\d{20}$/),
});

const person = z.object({ id: z.string(), name: z.string().nullable() });

const output = z.object({
  notice: z.string(),
  guildId: z.string(),
  configured: z.boolean().describe('false: an admin has not set the queue up yet.'),
  counts: z
    .object({ waiting: z.int(), answered: z.int(), solved: z.int() })
    .describe('All that you may read.'),
  beyondLimit: z
    .array(z.enum(QUEUE_LIMITS))
    .describe('Limits that leave out older conversations; empty: complete.'),
  gaps: gapsShape,
  nextCursor: z.string().nullable(),
  untrusted: z.object({
    entries: z
      .array(
        z.object({
          id: z.string(),
          channelId: z.string(),
          name: z.string(),
          state: z.string(),
          opener: person.nullable(),
          openedAt: z.string(),
          lastSpeaker: person.nullable(),
          lastMessageAt: z.string().nullable(),
          waitingSince: z.string().nullable(),
          firstResponseS: z
            .number()
            .nullable()
            .describe('From the question to the first answer of staff, in seconds.'),
        }),
      )
      .describe('Longest waiting first.'),
  }),
});

type Entry = z.input<typeof output>['untrusted']['entries'][number];
type Arguments = z.output<typeof input>;

export const queue = defineTool({
  name: 'queue',
  title: 'Read the support queue',
  description:
    'Lists the conversations of the support queue of a Discord server: who asked, how long they have waited, and who wrote last. read_channel reads a conversation.',
  input,
  output,
  async answer({ reader }, args): Promise<z.input<typeof output>> {
    const { entries, ...page } = await pageThatFits(reader, args, args.limit);
    const opened = entries.map(({ openedAt }) => openedAt).sort();
    const gaps = await gapsDuring(reader, args.guild, { from: opened[0] });
    const { configured, counts, beyondLimit, next } = page;
    const facts = { guildId: args.guild, configured, counts, beyondLimit, gaps, nextCursor: next };
    return { notice: NOTICE, ...facts, untrusted: { entries } };
  },
});

type Page = Omit<RestQueuePage, 'entries'> & { entries: Entry[] };

/** A page with fewer entries where more would not fit: the cursor of an entry is known to the queue only. */
async function pageThatFits(reader: RelayReader, args: Arguments, maximum: number): Promise<Page> {
  const { guild, states, channel, cursor: after } = args;
  const page = await reader.queue(guild, queryOf({ state: states.join(), channel, after, limit: maximum }));
  const entries = page.entries.map(toEntryAnswer);
  const fit = fitting(entries).length;
  return fit < entries.length ? pageThatFits(reader, args, fit) : { ...page, entries };
}

const toEntryAnswer = (entry: QueueEntry): Entry => ({
  id: entry.id,
  channelId: entry.channelId,
  name: cutName(entry.name),
  state: entry.state,
  opener: toPersonAnswer(entry.opener),
  openedAt: entry.openedAt,
  lastSpeaker: toPersonAnswer(entry.lastSpeaker),
  lastMessageAt: entry.lastMessageAt,
  waitingSince: entry.waitingSince,
  firstResponseS: entry.firstResponseS,
});

const toPersonAnswer = (who: QueuePerson | null): Entry['opener'] =>
  who && { id: who.id, name: who.name && cutName(who.name) };
