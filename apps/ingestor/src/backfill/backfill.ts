import { setMaxListeners } from 'node:events';
import type { NatsConnection } from '@nats-io/transport-node';
import { isSnowflake, type RelayEvent, type Snowflake } from '@discord-relay/contracts';
import { backOffMs, type Logger } from '@discord-relay/platform';
import type { LostSession, SessionStart } from '../discord/sessions/shard-session.js';
import { isOutage } from '../normalize/dispatches/normalize-guild.js';
import { isFields, readList } from '../normalize/fields/read-fields.js';
import type { RawDispatch } from '../normalize/events/normalize-result.js';
import { retryForever } from '../support/retry-forever.js';
import { serverClock } from '../support/server-clock.js';
import type { BackfillMetrics } from '../metrics/backfill-metrics.js';
import { HistoryFailure } from './rest/discord-word.js';
import { BackfillProgress, type BackfillReport } from './gaps/gap-report.js';
import { gapBetween, type BackfillLimits, type GuildGap } from './gaps/gap.js';
import { GapStore } from './gaps/gap-store.js';
import { GuildBackfill } from './guild/guild-backfill.js';
import { HistoryApi, type HistoryApiSettings } from './rest/history-api.js';
import { historyEvent } from './compare/history-message.js';
import { HistoryWriter, type Outlet } from './compare/history-writer.js';
import { LiveFeed } from './compare/live-feed.js';
import { LogIndex } from './compare/log-index.js';
import { Newcomers, type Appearance } from './newcomers.js';
import type { BucketStorage } from '../nats/stream-limits.js';

/** A round reads the log and the lists of channels anew: where only some items fail, rounds become rare. */
const BACK_OFF = { away: { firstMs: 1_000, capMs: 60_000 }, items: { firstMs: 1_000, capMs: 900_000 } };

export interface BackfillSettings extends HistoryApiSettings {
  limits: BackfillLimits;
  /** For how long a gap may be open, or rest, before it is a problem. */
  alertMs: number;
  partitions: number;
  storage: BucketStorage;
  /** Only these guilds are recorded; undefined records all. */
  guildIds?: readonly Snowflake[];
}

interface Beginning {
  lost: LostSession | null;
  start: SessionStart;
  recorded: () => void;
}

/** The session in which a dispatch came. */
export interface DispatchSession {
  sessionId: string;
  shardCount: number;
  /** Keeps the session's progress out of the store until what is returned is called. */
  hold(): () => void;
}

const keyOf = ({ gapId, guildId }: GuildGap): string => `${gapId} ${guildId}`;

/**
 * Opens a gap for every guild of a shard whose session is lost, or begins for the first time, and closes each when
 * its history is in the log. Open gaps are stored: whoever has the shard goes on with them.
 */
export class Backfill {
  private readonly stopping = new AbortController();
  private readonly feed = new LiveFeed();
  private readonly gaps = new Map<string, GuildGap>();
  private readonly progress: BackfillProgress;
  private readonly beginnings = new Map<number, Beginning>();
  private readonly released = new Map<number, AbortController>();
  private readonly api: HistoryApi;
  private readonly writer: HistoryWriter;
  private readonly guild: GuildBackfill;
  private readonly rounds = new WeakMap<GuildGap, { failures: number; nextAtMs: number }>();
  private wake: () => void = () => undefined;
  private running: Promise<void> | undefined;

  private constructor(
    private readonly settings: BackfillSettings,
    private readonly store: GapStore,
    private readonly newcomers: Newcomers,
    index: LogIndex,
    outbox: Outlet,
    private readonly metrics: BackfillMetrics,
    private readonly logger: Logger,
  ) {
    const { signal } = this.stopping;
    setMaxListeners(0, signal);
    this.api = new HistoryApi(settings, metrics, logger, signal);
    this.writer = new HistoryWriter(outbox, this.feed, settings.partitions, metrics, signal);
    this.progress = new BackfillProgress(this.gaps, settings.alertMs, metrics, logger);
    const onRead = (messages: number) => this.progress.read(messages);
    const onMoved = (gap: GuildGap) => this.progress.moved(gap);
    const { api, writer, feed } = this;
    const parts = { api, index, store, writer, feed, metrics, onRead, onMoved };
    this.guild = new GuildBackfill(parts, settings.limits, logger);
  }

  static async open(
    connection: NatsConnection,
    outbox: Outlet,
    settings: BackfillSettings,
    metrics: BackfillMetrics,
    logger: Logger,
  ): Promise<Backfill> {
    const store = await GapStore.open(connection, settings.storage, logger);
    const index = new LogIndex(connection, settings.partitions);
    const newcomers = new Newcomers(connection, settings.partitions);
    return new Backfill(settings, store, newcomers, index, outbox, metrics, logger);
  }

  start(): void {
    this.running = this.run();
  }

  /** A live event on its way to the log. Returns what to call when the log has it. */
  pass(event: RelayEvent): () => void {
    return this.feed.pass(event);
  }

  /** READY: a session that takes the place of `lost`, or the first. `recorded` is called when the gap is stored. */
  begin(shardId: number, start: SessionStart, lost: LostSession | null, recorded: () => void): void {
    if (!lost && this.settings.limits.importMessages === 0) return recorded();
    this.beginnings.set(shardId, { lost, start, recorded });
  }

  /** Takes from the dispatches what it needs: which guilds a session has, which are joined and left, that a shard is ours. */
  observe(shardId: number, session: DispatchSession, { t, d, s }: RawDispatch): void {
    if (t === 'READY' || t === 'RESUMED') return this.sessionIsUp(shardId, session.shardCount, d);
    if (t !== 'GUILD_CREATE' && t !== 'GUILD_DELETE') return;
    const guildId = readGuildId(d);
    if (!guildId || !isFields(d) || isOutage(d)) return;
    if (t === 'GUILD_DELETE') return this.newcomers.left(shardId, guildId);
    const before = this.newcomers.appeared(shardId, guildId);
    if (before === 'here' || !this.importsAll || !this.isRecorded(guildId)) return;
    const appearance = { sessionId: session.sessionId, sequence: Number(s) };
    void this.welcome(shardId, session, guildId, appearance, before === 'left');
  }

  /** The shard has another owner: its gaps are theirs now. */
  release(shardId: number): void {
    this.released.get(shardId)?.abort();
    this.newcomers.forget(shardId);
    for (const [key, gap] of this.gaps) if (gap.shardId === shardId) this.gaps.delete(key);
    this.count();
  }

  /** Stops after what is under way; progress is stored. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    this.api.close();
    await this.running;
  }

  /** Why somebody should look at the gaps; undefined while all goes well. */
  get problem(): string | undefined {
    return this.progress.problem;
  }

  get report(): BackfillReport {
    return this.progress.report;
  }

  private get importsAll(): boolean {
    return this.settings.limits.importMessages > 0;
  }

  private isRecorded(guildId: Snowflake): boolean {
    const { guildIds: only } = this.settings;
    return !only || only.includes(guildId);
  }

  private sessionIsUp(shardId: number, shardCount: number, data: unknown): void {
    const beginning = this.beginnings.get(shardId);
    this.beginnings.delete(shardId);
    const guildIds = isFields(data) ? readList(data.guilds, readGuildId).items : [];
    if (beginning) this.newcomers.listed(shardId, guildIds);
    void this.takeUp(shardId, shardCount, beginning, guildIds);
  }

  /** Imports the history of a guild that the bot has joined. Until that is stored, a crash has to see the guild appear again. */
  private async welcome(
    shardId: number,
    { shardCount, hold }: DispatchSession,
    guildId: Snowflake,
    appearance: Appearance,
    isBack: boolean,
  ): Promise<void> {
    const retry = { signal: this.stopping.signal, logger: this.logger };
    const release = hold();
    const storeGap = async () => {
      if (!isBack && !(await this.newcomers.isNew(guildId, appearance))) return;
      if (await this.newcomers.isImported(guildId, appearance)) return;
      const start = { sessionId: `${appearance.sessionId}:${appearance.sequence}`, shardCount };
      const gap = gapBetween(null, start, shardId, serverClock.now());
      await this.store.add({ ...gap, guildId, announced: false, channels: {} });
    };
    try {
      await retryForever('looking for a guild in the log', storeGap, retry);
      release();
      await retryForever('reading open gaps', () => this.load(shardId, shardCount), retry);
    } catch (error) {
      if (!this.stopping.signal.aborted) throw error;
    }
  }

  private async takeUp(
    shardId: number,
    shardCount: number,
    beginning: Beginning | undefined,
    guildIds: Snowflake[],
  ): Promise<void> {
    const retry = { signal: this.stopping.signal, logger: this.logger };
    try {
      if (beginning)
        await retryForever('storing a gap', () => this.openGap(shardId, beginning, guildIds), retry);
      await retryForever('reading open gaps', () => this.load(shardId, shardCount), retry);
    } catch (error) {
      if (!this.stopping.signal.aborted) throw error;
    }
  }

  private async openGap(
    shardId: number,
    { lost, start, recorded }: Beginning,
    guildIds: Snowflake[],
  ): Promise<void> {
    const nowMs = serverClock.now();
    const joined =
      lost && this.importsAll ? await this.newcomers.among(guildIds, start.sessionId) : undefined;
    const gaps = guildIds
      .filter((guildId) => this.isRecorded(guildId))
      .map((guildId): GuildGap => {
        const gap = gapBetween(joined?.has(guildId) ? null : lost, start, shardId, nowMs);
        return { ...gap, guildId, announced: false, channels: {} };
      });
    for (const each of gaps) await this.store.put(each);
    recorded();
    for (const each of gaps) this.gaps.set(keyOf(each), each);
    this.count();
  }

  private async load(shardId: number, shardCount: number): Promise<void> {
    for (const gap of await this.store.load()) {
      if (Number((BigInt(gap.guildId) >> 22n) % BigInt(shardCount)) !== shardId) continue;
      if (!this.gaps.has(keyOf(gap))) this.gaps.set(keyOf(gap), { ...gap, shardId });
    }
    const mine = [...this.gaps.values()].filter((gap) => gap.shardId === shardId);
    await Promise.all(mine.map((gap) => this.announce(gap)));
    this.count();
    this.wake();
  }

  private async announce(gap: GuildGap): Promise<void> {
    if (gap.announced) return;
    const { guildId, announced: _, channels: __, ...data } = gap;
    const { gapId, shardId } = gap;
    const origin = { gapId, guildId, shardId, receivedAt: serverClock.iso };
    const id = `gap.opened:${gapId}:${guildId}`;
    await this.writer.write(historyEvent(origin, { type: 'gap.opened', id, data }));
    gap.announced = true;
    await this.store.put(gap);
  }

  /** Each gap waits for its next round by itself: one that fails holds up no other. */
  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const nowMs = performance.now();
      const waiting = [...this.gaps.values()].filter(({ announced }) => announced);
      const due = waiting.filter((gap) => (this.rounds.get(gap)?.nextAtMs ?? 0) <= nowMs);
      for (const gap of due) await this.attempt(gap);
      if (due.length > 0) continue;
      const nextAtMs = Math.min(...waiting.map((gap) => this.rounds.get(gap)?.nextAtMs ?? 0));
      await this.wokenOrAfter(nextAtMs - nowMs);
    }
  }

  private async attempt(gap: GuildGap): Promise<void> {
    const outcome = await this.close(gap);
    if (outcome === 'done') return void this.rounds.delete(gap);
    const failures = (this.rounds.get(gap)?.failures ?? 0) + 1;
    const delayMs = backOffMs(failures - 1, BACK_OFF[outcome], Math.random());
    this.rounds.set(gap, { failures, nextAtMs: performance.now() + delayMs });
  }

  private async wokenOrAfter(delayMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (Number.isFinite(delayMs)) timer = setTimeout(resolve, delayMs);
    });
    clearTimeout(timer);
  }

  /** What stood in the way, when it has to be tried again. */
  private async close(gap: GuildGap): Promise<'done' | 'away' | 'items'> {
    if (this.gaps.get(keyOf(gap)) !== gap) return 'done';
    const own = new AbortController();
    this.released.set(gap.shardId, own);
    const signal = AbortSignal.any([own.signal, this.stopping.signal]);
    try {
      await this.guild.run(gap, signal);
      this.gaps.delete(keyOf(gap));
      this.count();
      return 'done';
    } catch (error) {
      if (signal.aborted) return 'done';
      const { gapId, guildId } = gap;
      this.logger.warn({ err: error, gapId, guildId }, 'backfill failed; trying again');
      return error instanceof HistoryFailure && error.item !== undefined ? 'items' : 'away';
    } finally {
      this.released.delete(gap.shardId);
    }
  }

  private count(): void {
    this.metrics.gapsOpen.set(this.gaps.size);
  }
}

const readGuildId = (value: unknown): Snowflake | undefined =>
  isFields(value) && isSnowflake(value.id) ? value.id : undefined;
