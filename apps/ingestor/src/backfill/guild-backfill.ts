import type { Snowflake } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import { isFields, type Fields } from '../normalize/read-fields.js';
import { serverClock } from '../server-clock.js';
import type { BackfillMetrics } from './backfill-metrics.js';
import { ChannelBackfill, type GuildWork, type HistoryChannel } from './channel-backfill.js';
import { boundsOf, closingOf, type BackfillLimits, type ChannelProgress, type GuildGap } from './gap.js';
import type { GapStore } from './gap-store.js';
import { statusOf, type HistoryApi } from './history-api.js';
import { channelsWithHistory } from './history-channels.js';
import { historyEvent } from './history-message.js';
import { CHANNELS_AT_A_TIME, inParallel } from './in-parallel.js';
import { mayManageThreads, mayReadHistory, type Reader } from './history-permission.js';
import type { HistoryWriter } from './history-writer.js';
import { KnownMessages } from './known-messages.js';
import type { LiveFeed } from './live-feed.js';
import type { LogIndex } from './log-index.js';

export interface GuildBackfillParts {
  api: HistoryApi;
  index: LogIndex;
  store: GapStore;
  writer: HistoryWriter;
  feed: LiveFeed;
  metrics: BackfillMetrics;
  onRead: (messages: number) => void;
}

/** Works on one guild's gap until it is closed. What fails is done again from the stored progress. */
export class GuildBackfill {
  constructor(
    private readonly parts: GuildBackfillParts,
    private readonly limits: BackfillLimits,
    private readonly logger: Logger,
  ) {}

  async run(gap: GuildGap, signal: AbortSignal): Promise<void> {
    const known = new KnownMessages();
    const unfollow = await this.follow(gap.guildId, known);
    try {
      await this.fill(this.workOn(gap, known), signal);
    } finally {
      unfollow();
    }
  }

  /** Live traffic from what is not in the log yet; what waits on disk in great number is left to get there first. */
  private async follow(guildId: Snowflake, known: KnownMessages): Promise<() => void> {
    const { feed, writer } = this.parts;
    for (;;) {
      const unfollow = feed.follow(guildId, (event) => known.fold(event, true));
      if (unfollow) return unfollow;
      await writer.unlessStopped(feed.whenWhole(guildId));
    }
  }

  private workOn(gap: GuildGap, known: KnownMessages): GuildWork {
    const { api, writer, store, onRead } = this.parts;
    const { limits } = this;
    const logger = this.logger.child({ gapId: gap.gapId, guildId: gap.guildId });
    const bounds = boundsOf(gap, limits.horizonMs);
    return { gap, known, bounds, limits, api, writer, logger, onRead, save: () => store.put(gap) };
  }

  private async fill(work: GuildWork, signal: AbortSignal): Promise<void> {
    const { gap, bounds, known, limits } = work;
    const keep = limits.compareMessages + (gap.cause === 'first_start' ? limits.importMessages : 0);
    await this.parts.index.read({ guildId: gap.guildId, bounds, keep }, known, signal);
    const channels = await this.plan(work);
    await work.save();
    await inParallel(channels, CHANNELS_AT_A_TIME, async (channel) => {
      signal.throwIfAborted();
      await this.fillChannel(work, channel, gap.channels[channel.id]!);
    });
    await this.close(work);
  }

  /** Finds the channels and gives each that is new a place in the gap's progress. */
  private async plan(work: GuildWork): Promise<HistoryChannel[]> {
    const { gap, api } = work;
    const listed = await api.channels(gap.guildId);
    const reader = await this.reader(gap.guildId);
    const readable = listed.filter((channel) => this.mayRead(reader, channel));
    const seesAll = (channel: Fields) => !reader || mayManageThreads(reader, channel);
    const channels = await channelsWithHistory(work, readable, seesAll);
    for (const { id, lastMessageId: upTo } of channels)
      gap.channels[id] ??= { cursor: null, upTo, read: 0, state: 'open' };
    const hidden = listed.filter((channel) => !readable.includes(channel) && channel.last_message_id);
    for (const { id } of hidden) this.skip(gap, String(id), 'no_read_history');
    return channels.filter(({ id }) => gap.channels[id]!.state === 'open');
  }

  /** undefined when Discord does not say who may read: then every channel is asked. */
  private async reader(guildId: string): Promise<Reader | undefined> {
    const { api } = this.parts;
    try {
      const userId = await api.ownUserId();
      const guild = await api.guild(guildId);
      return { guild, userId, member: await api.member(guildId, userId) };
    } catch (error) {
      const status = statusOf(error);
      if (status === 403 || status === 404) return undefined;
      throw error;
    }
  }

  private mayRead(reader: Reader | undefined, channel: Fields): boolean {
    return !reader || !isFields(channel) || mayReadHistory(reader, channel);
  }

  private async fillChannel(
    work: GuildWork,
    channel: HistoryChannel,
    progress: ChannelProgress,
  ): Promise<void> {
    try {
      await new ChannelBackfill(work, channel, progress).run();
    } catch (error) {
      const status = statusOf(error);
      if (status !== 403 && status !== 404) throw error;
      this.skip(work.gap, channel.id, status === 403 ? 'no_read_history' : 'gone');
      await work.save();
    }
    work.api.forget(channel.id);
  }

  private skip(gap: GuildGap, channelId: string, reason: 'no_read_history' | 'gone'): void {
    const progress = (gap.channels[channelId] ??= { cursor: null, upTo: null, read: 0, state: 'open' });
    if (progress.state === 'skipped') return;
    Object.assign(progress, { state: 'skipped', reason });
    this.parts.metrics.channelsSkipped.inc({ reason });
    this.logger.warn({ guildId: gap.guildId, channelId, reason }, 'history of a channel left out');
  }

  private async close({ gap, bounds, known, writer, logger }: GuildWork): Promise<void> {
    const { gapId, guildId, shardId } = gap;
    const data = closingOf(gap, known.recovered, bounds.beyondHorizon);
    const origin = { gapId, guildId, shardId, receivedAt: serverClock.iso };
    const id = `gap.closed:${gapId}:${guildId}`;
    await writer.write(historyEvent(origin, { type: 'gap.closed', id, data }));
    await this.parts.store.remove(gap);
    logger.info({ ...data.recovered, ...data.channels }, 'gap closed');
  }
}
