import type { LeftOutReason } from '@discord-relay/contracts';
import { forEachConcurrently, type Logger } from '@discord-relay/platform';
import type { Fields } from '../../normalize/fields/read-fields.js';
import { serverClock } from '../../support/server-clock.js';
import type { BackfillMetrics } from '../../metrics/backfill-metrics.js';
import { ChannelBackfill } from './channel-backfill.js';
import type { GuildWork, HistoryChannel } from './guild-work.js';
import {
  boundsOf,
  gapClosedOf,
  type BackfillLimits,
  type ChannelProgress,
  type GuildGap,
} from '../gaps/gap.js';
import type { GapStore } from '../gaps/gap-store.js';
import { HistoryRequestError } from '../rest/history-request-error.js';
import type { HistoryApi, Identified } from '../rest/history-api.js';
import { channelsWithHistory, holdsHistory } from './history-channels.js';
import { historyEvent } from '../compare/history-message.js';
import { CHANNELS_AT_A_TIME } from '../rest/history-api.js';
import { mayManageThreads, mayReadHistory, type HistoryReader } from '../rest/history-permission.js';
import type { HistoryWriter } from '../compare/history-writer.js';
import { followKnown } from '../compare/known-from-log.js';
import { KnownMessages } from '../compare/known-messages.js';
import type { LiveDelay } from '../compare/live-delay.js';
import type { LiveTraffic } from '../compare/live-traffic.js';
import type { LogIndex } from '../compare/log-index.js';
import { Omissions } from '../gaps/omissions.js';

export interface GuildBackfillParts {
  api: HistoryApi;
  index: LogIndex;
  store: GapStore;
  writer: HistoryWriter;
  live: LiveTraffic;
  liveDelay: LiveDelay;
  metrics: BackfillMetrics;
  onRead: (messages: number) => void;
  /** A part of a gap is done and stored. */
  onProgress: (gap: GuildGap) => void;
}

/** Fills the gap of one guild and closes it. A failed run continues from the stored progress. */
export class GuildBackfill {
  constructor(
    private readonly parts: GuildBackfillParts,
    private readonly limits: BackfillLimits,
    private readonly logger: Logger,
  ) {}

  async run(gap: GuildGap, signal: AbortSignal): Promise<void> {
    const { limits } = this;
    const work = this.workOn(gap);
    const { known, bounds } = work;
    const keep = limits.compareMessages + (gap.cause === 'first_start' ? limits.importMessages : 0);
    const unfollow = await followKnown(this.parts, { guildId: gap.guildId, bounds, keep }, known, signal);
    try {
      await this.fill(work, signal);
    } finally {
      unfollow();
    }
  }

  private workOn(gap: GuildGap): GuildWork {
    const { api, writer, store, liveDelay, onRead, onProgress, metrics } = this.parts;
    const { limits } = this;
    const logger = this.logger.child({ gapId: gap.gapId, guildId: gap.guildId });
    const omissions = new Omissions(gap, limits.attempts, metrics, logger);
    const save = async () => {
      await store.put(gap);
      onProgress(gap);
    };
    const known = new KnownMessages();
    const parts = { gap, known, limits, api, writer, liveDelay, logger, onRead, omissions };
    return { ...parts, bounds: boundsOf(gap, limits.horizonMs), failures: [], save };
  }

  private async fill(work: GuildWork, signal: AbortSignal): Promise<void> {
    const { gap, known, api, bounds, omissions, failures } = work;
    if (bounds.beyondHorizon) omissions.addLimit('beyond_horizon', 'BACKFILL_HORIZON_HOURS');
    if (known.pruned) omissions.addLimit('beyond_compared', 'BACKFILL_COMPARE_MESSAGES');
    const unreadable = api.unreadable;
    const channels = await this.plan(work);
    await work.save();
    await forEachConcurrently(channels, CHANNELS_AT_A_TIME, async (channel) => {
      signal.throwIfAborted();
      await this.fillChannel(work, channel, gap.channels[channel.id]!);
    });
    if (api.unreadable > unreadable) omissions.add('unreadable_elements');
    if (failures.length > 0) {
      await work.save();
      throw failures[0]!;
    }
    await this.close(work);
  }

  /** Finds the channels and adds new ones to the gap's progress. */
  private async plan(work: GuildWork): Promise<HistoryChannel[]> {
    const { gap } = work;
    const listed = await this.list(work);
    const reader = listed.length > 0 ? await this.reader(gap.guildId) : undefined;
    const isHidden = (channel: Fields) => reader !== undefined && mayReadHistory(reader, channel) === false;
    const readable = listed.filter((channel) => !isHidden(channel));
    const channels =
      listed.length > 0
        ? await channelsWithHistory(work, readable, (channel) => reader && mayManageThreads(reader, channel))
        : [];
    for (const { id, lastMessageId: upTo } of channels)
      gap.channels[id] ??= { cursor: null, upTo, read: 0, state: 'open' };
    for (const channel of listed)
      if (isHidden(channel) && holdsHistory(channel)) this.skip(work, channel.id, 'no_read_history');
    return channels.filter(({ id }) => gap.channels[id]!.state === 'open');
  }

  private async list({ api, gap, omissions }: GuildWork): Promise<Identified[]> {
    try {
      return await api.channels(gap.guildId);
    } catch (error) {
      // A failure without an error code of Discord is an outage, however long it lasts.
      if (!(error instanceof HistoryRequestError) || error.kind === undefined) throw error;
      omissions.recordFailurePatiently(error, 'guild', 'guild_unread');
      return [];
    }
  }

  /** The bot as a reader; undefined when Discord does not report its rights: then every channel is requested. */
  private async reader(guildId: string): Promise<HistoryReader | undefined> {
    const { api } = this.parts;
    try {
      const userId = await api.ownUserId();
      const guild = await api.guild(guildId);
      return { guild, userId, member: await api.member(guildId, userId) };
    } catch (error) {
      if (error instanceof HistoryRequestError && !error.affectsAllRequests) return undefined;
      throw error;
    }
  }

  /** Fills a channel. One that fails is left out, or retried when the others are done. */
  private async fillChannel(work: GuildWork, { id, ...channel }: HistoryChannel, progress: ChannelProgress) {
    const { api, omissions, failures, logger } = work;
    try {
      await new ChannelBackfill(work, { id, ...channel }, progress).run();
      omissions.succeeded(id);
    } catch (error) {
      try {
        const reason = omissions.recordFailure(error, id, (word) => `${ofChannel(word)}:${id}`);
        this.skip(work, id, ofChannel(reason));
        await work.save();
      } catch (failure) {
        if (!(failure instanceof HistoryRequestError) || failure.affectsAllRequests) throw failure;
        logger.warn(
          { err: failure, channelId: id },
          'cannot read the history of a channel; trying again later',
        );
        failures.push(failure);
      }
    }
    api.forget(id);
  }

  private skip({ gap, omissions }: GuildWork, channelId: string, reason: LeftOutReason): void {
    const progress = (gap.channels[channelId] ??= { cursor: null, upTo: null, read: 0, state: 'open' });
    if (progress.state === 'skipped') return;
    Object.assign(progress, { state: 'skipped', reason } satisfies Partial<ChannelProgress>);
    omissions.add(`${reason}:${channelId}`);
    this.parts.metrics.channelsSkipped.inc({ reason });
  }

  private async close({ gap, bounds, known, writer, logger }: GuildWork): Promise<void> {
    const { gapId, guildId, shardId } = gap;
    const data = gapClosedOf(gap, known.recovered, bounds.beyondHorizon);
    const origin = { gapId, guildId, shardId, receivedAt: serverClock.iso };
    const id = `gap.closed:${gapId}:${guildId}`;
    await writer.write(historyEvent(origin, { type: 'gap.closed', id, data }));
    await this.parts.store.remove(gap);
    logger.info({ ...data.recovered, ...data.channels }, 'gap closed');
  }
}

/** The reason for a whole channel: a refusal means that the permission to read its history is missing. */
const ofChannel = (reason: LeftOutReason): LeftOutReason =>
  reason === 'no_access' ? 'no_read_history' : reason;
