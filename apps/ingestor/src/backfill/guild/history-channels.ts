import {
  compareSnowflakes,
  snowflakeTimeMs,
  type Snowflake,
  type Unrecoverable,
} from '@discord-relay/contracts';
import { forEachConcurrently } from '@discord-relay/platform';
import { ChannelType } from 'discord-api-types/v10';
import { isFields, snowflakeOrNull, type Fields } from '../../normalize/fields/read-fields.js';
import { serverClock } from '../../support/server-clock.js';
import type { GuildWork, HistoryChannel } from './guild-work.js';
import { HistoryRequestError } from '../rest/history-request-error.js';
import type { Identified, ThreadKind } from '../rest/history-api.js';
import { CHANNELS_AT_A_TIME } from '../rest/history-api.js';
import { eventOfHistory, historyEvent } from '../compare/history-message.js';

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
/** Whether a channel can hold messages, or threads that do. */
export const holdsHistory = ({ type }: Fields): boolean => WITH_MESSAGES.has(type) || WITH_THREADS.has(type);

/** Whether the bot may see all private threads of a channel: Discord refuses the list otherwise; undefined: unknown. */
type SeesAllThreads = (channel: Fields) => boolean | undefined;

/**
 * Every channel and thread of the guild that can hold messages, the most recently active first. A list that fails is recorded as an
 * omission, or added to the work's failures.
 */
export async function channelsWithHistory(
  work: GuildWork,
  channels: readonly Identified[],
  seesAllThreads: SeesAllThreads,
): Promise<HistoryChannel[]> {
  const found: Identified[] = channels.filter(({ type }) => WITH_MESSAGES.has(type));
  const parents = channels.filter(({ type }) => WITH_THREADS.has(type));
  const active = await listed(work, 'active-threads', 'active_threads_unread', () =>
    work.api.activeThreads(work.gap.guildId),
  );
  found.push(...active);
  await forEachConcurrently(parents, CHANNELS_AT_A_TIME, async (parent) => {
    const threads = await listed(work, `threads/${parent.id}`, `threads_unread:${parent.id}`, () =>
      threadsOf(work, parent, seesAllThreads(parent)),
    );
    found.push(...threads);
  });
  return newestFirst(found);
}

/** Reads a list. One that Discord refuses is recorded as an omission; one that fails is retried and does not block the others. */
async function listed(
  work: GuildWork,
  item: string,
  name: Unrecoverable,
  list: () => Promise<Identified[]>,
): Promise<Identified[]> {
  try {
    const threads = await list();
    work.omissions.succeeded(item);
    return threads;
  } catch (error) {
    try {
      work.omissions.recordFailure(error, item, () => name);
    } catch (failure) {
      if (!(failure instanceof HistoryRequestError) || failure.affectsAllRequests) throw failure;
      work.failures.push(failure);
    }
    return [];
  }
}

async function threadsOf(work: GuildWork, { id }: Identified, seesAll: boolean | undefined) {
  const threads = await archivedThreads(work, id, 'public');
  if (seesAll === false) return [...threads, ...(await archivedThreads(work, id, 'joined'))];
  try {
    return [...threads, ...(await archivedThreads(work, id, 'private'))];
  } catch (error) {
    if (!(error instanceof HistoryRequestError) || error.kind !== 'no_access') throw error;
    return [...threads, ...(await archivedThreads(work, id, 'joined'))];
  }
}

/** Reads pages until there are no more, a page has no recent threads, or the limit is reached. */
async function archivedThreads(work: GuildWork, channelId: string, kind: ThreadKind): Promise<Identified[]> {
  const { api, bounds, limits, omissions } = work;
  const sinceMs = snowflakeTimeMs(bounds.missedAfter);
  const threads = new Map<Snowflake, Identified>();
  for (let before: string | undefined; ;) {
    const page = await api.archivedThreads(channelId, kind, before);
    const fresh = page.threads.filter(({ id }) => !threads.has(id));
    // A thread without an archive time counts as recent.
    const recent = fresh.filter((thread) => !(Date.parse(archivedAt(thread)) < sinceMs));
    const remaining = limits.archivedThreads - threads.size;
    for (const thread of recent.slice(0, remaining)) {
      await syncThread(work, thread);
      threads.set(thread.id, thread);
    }
    const next = cursorAfter(page.threads, kind, fresh.length > 0);
    const isOver = recent.length === 0 && (kind !== 'joined' || fresh.length === 0);
    const isCut = recent.length > remaining;
    if (isCut) omissions.addLimit(`threads_beyond_limit:${channelId}`, 'BACKFILL_THREADS');
    if (isCut || !page.hasMore || isOver || next === undefined || next === before) break;
    before = next;
  }
  return [...threads.values()];
}

/**
 * The oldest time or id of a page in any order; undefined when the page has none. Threads with the same archive time may be
 * split over two pages: the next page starts with that time again, as long as that finds new ones.
 */
function cursorAfter(
  threads: readonly Identified[],
  kind: ThreadKind,
  overlapping: boolean,
): string | undefined {
  const keys = threads.map((thread) => (kind === 'joined' ? thread.id : archivedAt(thread)));
  const known = keys.filter((key) => key !== '');
  if (kind === 'joined') return known.sort(compareSnowflakes)[0];
  const times = known.map((key) => Date.parse(key)).filter((timeMs) => !Number.isNaN(timeMs));
  if (times.length === 0) return undefined;
  return new Date(Math.min(...times) + Number(overlapping)).toISOString();
}

function archivedAt({ thread_metadata: metadata }: Fields): string {
  return isFields(metadata) && typeof metadata.archive_timestamp === 'string'
    ? metadata.archive_timestamp
    : '';
}

/** Records the state of an archived thread, once per gap, because GUILD_CREATE does not list archived threads. */
async function syncThread({ gap, known, writer, omissions }: GuildWork, thread: Identified): Promise<void> {
  const { id } = thread;
  if (gap.channels[id]) return;
  const { gapId, guildId, shardId } = gap;
  const origin = { gapId, guildId, shardId, receivedAt: serverClock.iso };
  const found = eventOfHistory('thread.updated', 'THREAD_UPDATE', thread, origin);
  if (!found) return;
  const { data: state } = found.event;
  omissions.countDroppedParts(id, found.droppedParts);
  const eventId = `thread.synced:backfill:${gapId}:${id}`;
  const event = historyEvent(origin, { type: 'thread.synced', id: eventId, channelId: id, data: state });
  known.apply(event);
  await writer.write(event);
  gap.channels[id] = { cursor: null, upTo: snowflakeOrNull(thread.last_message_id), read: 0, state: 'open' };
}

function newestFirst(channels: readonly Identified[]): HistoryChannel[] {
  const found = new Map<Snowflake, HistoryChannel>();
  for (const { id, last_message_id: lastMessageId } of channels)
    found.set(id, { id, lastMessageId: snowflakeOrNull(lastMessageId) });
  return [...found.values()].sort((a, b) =>
    compareSnowflakes(b.lastMessageId ?? '0', a.lastMessageId ?? '0'),
  );
}
