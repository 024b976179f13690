import type { Snowflake } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { LostSession, ResumableSession } from '../discord/sessions/shard-session.js';
import { retryForever } from '../support/retry-forever.js';
import { serverClock } from '../support/server-clock.js';
import { historyEvent } from './compare/history-message.js';
import { type HistoryWriter, ShardLostError } from './compare/history-writer.js';
import { gapBetween, type BackfillLimits, type GuildGap } from './gaps/gap.js';
import type { GapStore } from './gaps/gap-store.js';
import type { GuildAppearance, NewGuildDetector } from './new-guild-detector.js';
import type { OpenGaps } from './open-gaps.js';

export interface GapOpenerSettings {
  limits: BackfillLimits;
  /** Only these guilds are recorded; undefined records all. */
  guildIds?: readonly Snowflake[];
}

/** A session that Discord has started, and a callback for when its gap is stored. */
export interface StartedSession {
  start: ResumableSession;
  /** The session that it replaces; null for the shard's first session. */
  lost: LostSession | null;
  /** Called when the gap is stored. */
  recorded: () => void;
}

/** A guild that the bot has joined during a session. */
export interface JoinedGuild {
  shardId: number;
  shardCount: number;
  guildId: Snowflake;
  appearance: GuildAppearance;
  /** Whether the bot left the guild earlier in this session. */
  rejoined: boolean;
}

interface OpenerParts {
  gaps: OpenGaps;
  store: GapStore;
  detector: NewGuildDetector;
  writer: HistoryWriter;
}

/** Stores and announces the gaps of a shard: those of a new session, of a joined guild, and of earlier processes. */
export class GapOpener {
  constructor(
    private readonly settings: GapOpenerSettings,
    private readonly parts: OpenerParts,
    private readonly onLoaded: () => void,
    private readonly signal: AbortSignal,
    private readonly logger: Logger,
  ) {}

  /** Opens a gap for every guild of a new session, if one has started, and loads the shard's open gaps. */
  async openAndLoad(
    shardId: number,
    shardCount: number,
    started: StartedSession | undefined,
    guildIds: Snowflake[],
  ): Promise<void> {
    await this.unlessStopped(async () => {
      if (started) await this.retry('storing a gap', () => this.openGaps(shardId, started, guildIds));
      await this.retry('reading open gaps', () => this.load(shardId, shardCount));
    });
  }

  /** Opens a gap for the history of a joined guild. `stored` is called when a crash can no longer lose it. */
  async openForJoinedGuild(joined: JoinedGuild, stored: () => void): Promise<void> {
    await this.unlessStopped(async () => {
      await this.retry('looking for a guild in the log', () => this.storeImport(joined));
      stored();
      await this.retry('reading open gaps', () => this.load(joined.shardId, joined.shardCount));
    });
  }

  isRecorded(guildId: Snowflake): boolean {
    const { guildIds: only } = this.settings;
    return !only || only.includes(guildId);
  }

  get importsHistory(): boolean {
    return this.settings.limits.importMessages > 0;
  }

  private async storeImport({
    shardId,
    shardCount,
    guildId,
    appearance,
    rejoined,
  }: JoinedGuild): Promise<void> {
    const { detector, store } = this.parts;
    if (!rejoined && !(await detector.isNew(guildId, appearance))) return;
    if (await detector.isImported(guildId, appearance)) return;
    const start = { sessionId: `${appearance.sessionId}:${appearance.sequence}`, shardCount };
    const gap = gapBetween(null, start, shardId, serverClock.now());
    await store.add({ ...gap, guildId, announced: false, channels: {} });
  }

  private async openGaps(
    shardId: number,
    { lost, start, recorded }: StartedSession,
    guildIds: Snowflake[],
  ): Promise<void> {
    const nowMs = serverClock.now();
    const { detector, store, gaps } = this.parts;
    const joined =
      lost && this.importsHistory ? await detector.newAmong(guildIds, start.sessionId) : undefined;
    const opened = guildIds
      .filter((guildId) => this.isRecorded(guildId))
      .map((guildId): GuildGap => {
        const gap = gapBetween(joined?.has(guildId) ? null : lost, start, shardId, nowMs);
        return { ...gap, guildId, announced: false, channels: {} };
      });
    for (const gap of opened) await store.put(gap);
    recorded();
    for (const gap of opened) gaps.set(gap);
  }

  private async load(shardId: number, shardCount: number): Promise<void> {
    const { store, gaps } = this.parts;
    for (const gap of await store.load()) {
      if (Number((BigInt(gap.guildId) >> 22n) % BigInt(shardCount)) !== shardId) continue;
      gaps.add({ ...gap, shardId });
    }
    await Promise.all(gaps.ofShard(shardId).map((gap) => this.announce(gap)));
    this.onLoaded();
  }

  private async announce(gap: GuildGap): Promise<void> {
    if (gap.announced) return;
    const { writer, store } = this.parts;
    const { guildId, announced: _, channels: __, ...data } = gap;
    const { gapId, shardId } = gap;
    const origin = { gapId, guildId, shardId, receivedAt: serverClock.iso };
    const id = `gap.opened:${gapId}:${guildId}`;
    try {
      await writer.write(historyEvent(origin, { type: 'gap.opened', id, data }));
    } catch (error) {
      // The next owner of the shard announces it.
      if (error instanceof ShardLostError) return;
      throw error;
    }
    gap.announced = true;
    await store.put(gap);
  }

  private retry(what: string, action: () => Promise<void>): Promise<void> {
    return retryForever(what, action, { signal: this.signal, logger: this.logger });
  }

  private async unlessStopped(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!this.signal.aborted) throw error;
    }
  }
}
