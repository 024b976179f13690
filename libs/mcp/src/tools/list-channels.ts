import { AppError, type RestChannel, type WireGuild } from '@discord-relay/contracts';
import { z } from 'zod';
import { gapsDuring, gapsShape } from '../answers/gap-answer.js';
import { cutName, fitting } from '../answers/limits.js';
import { NOTICE } from '../answers/untrusted-text.js';
import { cursor, id, isoOf, limit } from './arguments.js';
import { defineTool, type ToolContext } from './tool.js';

const MAX_CHANNELS = 200;
const DEFAULT_ITEMS = 100;

const input = z.strictObject({
  guild: id(
    'The server whose channels are listed. Without it: the servers; if there is only one, its channels.',
  ).optional(),
  limit: limit(MAX_CHANNELS, DEFAULT_ITEMS),
  cursor: cursor(/^\d{1,20}$/),
});

const output = z.object({
  notice: z.string(),
  guildId: z.string().nullable().describe('The server whose channels are listed; null: servers are listed.'),
  gaps: gapsShape,
  nextCursor: z.string().nullable(),
  untrusted: z.object({
    guilds: z.array(z.object({ id: z.string(), name: z.string() })),
    channels: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        type: z.string(),
        parentId: z.string().optional().describe('Its category; of a thread, its channel.'),
        topic: z.string().optional(),
        archived: z.literal(true).optional(),
        history: z.boolean().describe('Whether read_channel and search show its messages.'),
        lastMessageId: z.string().optional(),
      }),
    ),
  }),
});

type Answer = z.input<typeof output>;

const NO_GAPS = { items: [], complete: true };

export const listChannels = defineTool({
  name: 'list_channels',
  title: 'List channels',
  description:
    'Lists the channels, categories, voice rooms and active threads of a Discord server that the token may see, in display order, with their ids; or the servers.',
  input,
  output,
  async answer({ reader, nowMs }, { guild, ...page }): Promise<Answer> {
    const guilds = await reader.guilds();
    const only = guild ?? (guilds.length === 1 ? guilds[0]!.id : undefined);
    if (only === undefined) return guildPage(guilds, page);
    return channelPage(
      { reader, nowMs },
      { guilds: guilds.filter((each) => each.id === only), guildId: only, ...page },
    );
  },
});

function guildPage(guilds: readonly WireGuild[], page: Page): Answer {
  const { items, nextCursor } = pageOf(guilds.map(toGuildAnswer), page);
  return {
    notice: NOTICE,
    guildId: null,
    gaps: NO_GAPS,
    nextCursor,
    untrusted: { guilds: items, channels: [] },
  };
}

async function channelPage(
  { reader, nowMs }: ToolContext,
  { guilds, guildId, ...page }: Page & { guilds: readonly WireGuild[]; guildId: string },
): Promise<Answer> {
  const channels = await reader.channels(guildId);
  const { items, nextCursor } = pageOf(channels.map(toChannelAnswer), page);
  const gaps = await gapsDuring(reader, guildId, { from: isoOf(nowMs) });
  const untrusted = { guilds: guilds.map(toGuildAnswer), channels: items };
  return { notice: NOTICE, guildId, gaps, nextCursor, untrusted };
}

interface Page {
  limit: number;
  cursor?: string | undefined;
}

/** The items after the one that the cursor names. @throws AppError `REQUEST.INVALID` when it is not listed any more */
function pageOf<Item extends { id: string }>(
  items: readonly Item[],
  { limit: maximum, cursor: after }: Page,
): { items: Item[]; nextCursor: string | null } {
  const start = after === undefined ? 0 : items.findIndex((each) => each.id === after) + 1;
  if (after !== undefined && start === 0)
    throw new AppError(
      'REQUEST.INVALID',
      'cursor: its channel is no longer listed; start again without a cursor',
    );
  const shown = fitting(items.slice(start, start + maximum));
  const isLast = start + shown.length >= items.length;
  return { items: shown, nextCursor: isLast ? null : shown.at(-1)!.id };
}

const toGuildAnswer = ({ id: guildId, name }: WireGuild) => ({ id: guildId, name: cutName(name) });

const toChannelAnswer = (channel: RestChannel): Answer['untrusted']['channels'][number] => ({
  id: channel.id,
  name: cutName(channel.name),
  type: channel.type,
  ...(channel.parentId && { parentId: channel.parentId }),
  ...(channel.topic && { topic: cutName(channel.topic) }),
  ...(channel.archived && { archived: true as const }),
  history: channel.history,
  ...(channel.lastMessageId && { lastMessageId: channel.lastMessageId }),
});
