import { compareSnowflakes, snowflakeTimeMs, type Snowflake } from '@discord-relay/contracts';
import { ChannelType } from 'discord-api-types/v10';
import { isFields, snowflakeOrNull, type Fields } from '../normalize/read-fields.js';
import { serverClock } from '../server-clock.js';
import type { GuildWork, HistoryChannel } from './channel-backfill.js';
import { statusOf, type ThreadKind } from './history-api.js';
import { CHANNELS_AT_A_TIME, inParallel } from './in-parallel.js';
import { eventOfHistory, historyEvent } from './history-message.js';

const WITH_MESSAGES: ReadonlySet<unknown> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
]);
const WITH_THREADS: ReadonlySet<unknown> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
]);
/** Threads of one channel that are looked at. */
const MAX_ARCHIVED_THREADS = 1_000;

/**
 * Every channel and thread of the guild that can hold messages, the ones that spoke last first.
 * @param maySeeAllThreads whether all private threads of a channel may be seen: Discord refuses the list otherwise
 */
export async function channelsWithHistory(
  work: GuildWork,
  channels: readonly Fields[],
  maySeeAllThreads: (channel: Fields) => boolean,
): Promise<HistoryChannel[]> {
  const found = channels.filter(({ type }) => WITH_MESSAGES.has(type));
  const parents = channels.filter(({ type }) => WITH_THREADS.has(type));
  found.push(...(await listOrNothing(() => work.api.activeThreads(work.gap.guildId))));
  await inParallel(parents, CHANNELS_AT_A_TIME, async (parent) => {
    const id = snowflakeOrNull(parent.id);
    if (id === null) return;
    for (const kind of ['public', maySeeAllThreads(parent) ? 'private' : 'joined'] as const) {
      found.push(...(await listOrNothing(() => archivedThreads(work, id, kind))));
    }
  });
  return newestFirst(found);
}

/** A list that may not be seen is an empty one: permissions change, and channels disappear. */
async function listOrNothing(list: () => Promise<Fields[]>): Promise<Fields[]> {
  try {
    return await list();
  } catch (error) {
    const status = statusOf(error);
    if (status === 403 || status === 404) return [];
    throw error;
  }
}

async function archivedThreads(work: GuildWork, channelId: string, kind: ThreadKind) {
  const { api, bounds } = work;
  const sinceMs = snowflakeTimeMs(bounds.missedAfter);
  const threads: Fields[] = [];
  let before: string | undefined;
  while (threads.length < MAX_ARCHIVED_THREADS) {
    const page = await api.archivedThreads(channelId, kind, before);
    const recent = page.threads.filter((thread) => Date.parse(archivedAt(thread)) >= sinceMs);
    for (const thread of recent) await syncThread(work, thread);
    threads.push(...recent);
    const last = page.threads.at(-1);
    const isOver = kind !== 'joined' && recent.length < page.threads.length;
    if (!page.hasMore || !last || isOver) break;
    before = kind === 'joined' ? String(last.id) : archivedAt(last);
  }
  return threads;
}

function archivedAt({ thread_metadata: metadata }: Fields): string {
  return isFields(metadata) && typeof metadata.archive_timestamp === 'string'
    ? metadata.archive_timestamp
    : '';
}

/** Archived threads are in no GUILD_CREATE: their state is recorded here, once per gap. */
async function syncThread({ gap, known, writer }: GuildWork, thread: Fields): Promise<void> {
  const id = snowflakeOrNull(thread.id);
  if (id === null || gap.channels[id]) return;
  const { gapId, guildId, shardId } = gap;
  const origin = { gapId, guildId, shardId, receivedAt: serverClock.iso };
  const state = eventOfHistory('thread.updated', 'THREAD_UPDATE', thread, origin)?.data;
  if (!state) return;
  const eventId = `thread.synced:backfill:${gapId}:${id}`;
  const event = historyEvent(origin, { type: 'thread.synced', id: eventId, channelId: id, data: state });
  known.fold(event);
  await writer.write(event);
  gap.channels[id] = { cursor: null, upTo: snowflakeOrNull(thread.last_message_id), read: 0, state: 'open' };
}

function newestFirst(channels: readonly Fields[]): HistoryChannel[] {
  const found = new Map<Snowflake, HistoryChannel>();
  for (const channel of channels) {
    const id = snowflakeOrNull(channel.id);
    if (id !== null) found.set(id, { id, lastMessageId: snowflakeOrNull(channel.last_message_id) });
  }
  return [...found.values()].sort((a, b) =>
    compareSnowflakes(b.lastMessageId ?? '0', a.lastMessageId ?? '0'),
  );
}
