import { setMaxListeners } from 'node:events';
import type { NatsConnection } from '@nats-io/transport-node';
import { isSnowflake, type RelayEvent, type Snowflake } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { LostSession, ResumableSession } from '../discord/sessions/shard-session.js';
import type { BackfillMetrics } from '../metrics/backfill-metrics.js';
import type { BucketStorage } from '../nats/buckets.js';
import { isOutage } from '../normalize/dispatches/normalize-guild.js';
import type { RawDispatch } from '../normalize/events/normalize-result.js';
import { isFields, readList } from '../normalize/fields/read-fields.js';
import { HistoryWriter, type EventSink } from './compare/history-writer.js';
import { LiveDelay } from './compare/live-delay.js';
import { LiveTraffic } from './compare/live-traffic.js';
import { LogIndex } from './compare/log-index.js';
import { GapOpener, type GapOpenerSettings, type StartedSession } from './gap-opener.js';
import { GapRunner } from './gap-runner.js';
import { BackfillProgress, type BackfillReport } from './gaps/backfill-progress.js';
import type { GuildGap } from './gaps/gap.js';
import { GapStore } from './gaps/gap-store.js';
import { GuildBackfill } from './guild/guild-backfill.js';
import { NewGuildDetector } from './new-guild-detector.js';
import { OpenGaps } from './open-gaps.js';
import { HistoryApi } from './rest/history-api.js';
import type { RequestSettings } from './rest/paced-requests.js';

export interface BackfillSettings extends RequestSettings, GapOpenerSettings {
  /** A gap that is open, or makes no progress, for longer than this is reported as a problem. */
  alertMs: number;
  partitions: number;
  storage: BucketStorage;
}

export interface BackfillConnections {
  nats: NatsConnection;
  outbox: EventSink;
  /** Whether a shard is connected to Discord and has received what it missed. */
  isConnected: (shardId: number) => boolean;
}

export interface DispatchSession {
  sessionId: string;
  shardCount: number;
  /** Keeps the session's progress out of the store until the returned function is called. */
  deferStoring(): () => void;
}

/**
 * Opens a gap for every guild of a shard that has lost its session or starts for the first time, and closes each gap when its
 * history is in the log. Open gaps are stored, so that the next owner of the shard continues them.
 */
export class Backfill {
  private readonly stopping = new AbortController();
  private readonly live = new LiveTraffic();
  private readonly started = new Map<number, StartedSession>();
  private readonly gaps: OpenGaps;
  private readonly progress: BackfillProgress;
  private readonly api: HistoryApi;
  private readonly detector: NewGuildDetector;
  private readonly opener: GapOpener;
  private readonly runner: GapRunner;
  private running: Promise<void> | undefined;

  private constructor(
    { nats, outbox, isConnected }: BackfillConnections,
    store: GapStore,
    settings: BackfillSettings,
    { metrics, logger }: { metrics: BackfillMetrics; logger: Logger },
  ) {
    const { signal } = this.stopping;
    const { limits, partitions } = settings;
    setMaxListeners(0, signal);
    this.gaps = new OpenGaps(metrics);
    this.progress = new BackfillProgress(this.gaps, settings.alertMs, metrics, logger);
    this.api = new HistoryApi(settings, metrics, logger, signal);
    this.detector = new NewGuildDetector(nats, partitions);
    const { api, live, gaps, detector } = this;
    const writer = new HistoryWriter(outbox, live, partitions, metrics, signal);
    const index = new LogIndex(nats, partitions);
    const onRead = (messages: number) => this.progress.onMessagesRead(messages);
    const onProgress = (gap: GuildGap) => this.progress.onGapProgress(gap);
    const liveDelay = new LiveDelay(isConnected);
    const parts = { api, index, store, writer, live, liveDelay, metrics, onRead, onProgress };
    this.runner = new GapRunner(gaps, new GuildBackfill(parts, limits, logger), signal, logger);
    const onLoaded = () => this.runner.notify();
    this.opener = new GapOpener(settings, { gaps, store, detector, writer }, onLoaded, signal, logger);
  }

  /** Rejects while NATS is unavailable. */
  static async open(
    connections: BackfillConnections,
    settings: BackfillSettings,
    metrics: BackfillMetrics,
    logger: Logger,
  ): Promise<Backfill> {
    const store = await GapStore.open(connections.nats, settings.storage, logger);
    return new Backfill(connections, store, settings, { metrics, logger });
  }

  start(): void {
    this.running = this.runner.run();
  }

  /** Tracks a live event until the log has it, which the caller reports with the returned function. */
  trackLive(event: RelayEvent): () => void {
    return this.live.track(event);
  }

  /** Handles a READY, whose session replaces `lost` or is the shard's first. `recorded` is called when the gap is stored. */
  onSessionStarted(
    shardId: number,
    start: ResumableSession,
    lost: LostSession | null,
    recorded: () => void,
  ): void {
    if (!lost && !this.opener.importsHistory) return recorded();
    this.started.set(shardId, { lost, start, recorded });
  }

  /**
   * Observes dispatches: which sessions are ready, which guilds they have, and which guilds the bot joins or leaves.
   */
  onDispatch(
    shardId: number,
    session: DispatchSession,
    { t: type, d: data, s: sequence }: RawDispatch,
  ): void {
    if (type === 'READY' || type === 'RESUMED') return this.onSessionReady(shardId, session.shardCount, data);
    if (type !== 'GUILD_CREATE' && type !== 'GUILD_DELETE') return;
    const guildId = readGuildId(data);
    if (!guildId || !isFields(data) || isOutage(data)) return;
    if (type === 'GUILD_DELETE') return this.detector.markLeft(shardId, guildId);
    const before = this.detector.markPresent(shardId, guildId);
    if (before === 'here' || !this.opener.importsHistory || !this.opener.isRecorded(guildId)) return;
    const { sessionId, shardCount } = session;
    const appearance = { sessionId, sequence: Number(sequence) };
    const joined = { shardId, shardCount, guildId, appearance, rejoined: before === 'left' };
    // Until the gap is stored, Discord has to report the guild again after a crash.
    void this.opener.openForJoinedGuild(joined, session.deferStoring());
  }

  /** Stops work on the gaps of a shard that another replica owns now. */
  releaseShard(shardId: number): void {
    this.runner.releaseShard(shardId);
    this.detector.forget(shardId);
    this.gaps.removeShard(shardId);
  }

  /** Stops after the current step; progress is stored. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.runner.notify();
    this.api.close();
    await this.running;
  }

  /** Why gaps need an operator's attention; undefined if they do not. */
  get problem(): string | undefined {
    return this.progress.problem;
  }

  get report(): BackfillReport {
    return this.progress.report;
  }

  private onSessionReady(shardId: number, shardCount: number, data: unknown): void {
    const started = this.started.get(shardId);
    this.started.delete(shardId);
    const guildIds = isFields(data) ? readList(data.guilds, readGuildId).items : [];
    if (started) this.detector.setListed(shardId, guildIds);
    void this.opener.openAndLoad(shardId, shardCount, started, guildIds);
  }
}

const readGuildId = (value: unknown): Snowflake | undefined =>
  isFields(value) && isSnowflake(value.id) ? value.id : undefined;
