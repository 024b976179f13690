import { z } from 'zod';
import { gapShape, toGapAnswer } from '../answers/gap-answer.js';
import { fitting } from '../answers/limits.js';
import { queryOf, type RelayReader } from '../relay-reader.js';
import { cursor, id, isoOf, limit, rangeOf, time } from './arguments.js';
import { defineTool } from './tool.js';

const MAX_PAGE_GAPS = 50;
const DEFAULT_ITEMS = 20;

const input = z.strictObject({
  guild: id('The server.'),
  from: time('Only gaps that end at this time or later, or whose end is not known.').optional(),
  to: time('Only gaps that begin before this time, or whose beginning is not known.').optional(),
  limit: limit(MAX_PAGE_GAPS, DEFAULT_ITEMS),
  cursor: cursor(/^\d{1,16}$/),
});

const output = z.object({
  guildId: z.string(),
  gaps: z.array(gapShape).describe('Newest first.'),
  nextCursor: z.string().nullable(),
});

export const gaps = defineTool({
  name: 'gaps',
  title: 'List gaps',
  description:
    'Lists the times in which nothing was received of a Discord server, with what could not be recovered afterwards: answers about these times may be incomplete.',
  input,
  output,
  async answer({ reader, nowMs }, args): Promise<z.input<typeof output>> {
    const { fromMs, toMs } = rangeOf(args, nowMs);
    return pageThatFits(reader, { ...args, from: isoOf(fromMs), to: isoOf(toMs) }, args.limit);
  },
});

interface Request {
  guild: string;
  from: string | undefined;
  to: string | undefined;
  cursor?: string | undefined;
}

/** A page with fewer gaps where more would not fit: the cursor of a gap is known to the reader only. */
async function pageThatFits(
  reader: RelayReader,
  request: Request,
  maximum: number,
): Promise<z.input<typeof output>> {
  const { guild, from, to, cursor: before } = request;
  const page = await reader.gaps(guild, queryOf({ from, to, before, limit: maximum }));
  const answers = page.gaps.map(toGapAnswer);
  const fit = fitting(answers).length;
  if (fit < answers.length) return pageThatFits(reader, request, fit);
  return { guildId: guild, gaps: answers, nextCursor: page.next };
}
