import type { GapCause } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { BackfillMetrics } from '../../metrics/backfill-metrics.js';
import type { GuildGap } from './gap.js';

/** Window of the current rate. */
const WINDOW_MS = 10_000;
/** Interval of the progress lines in the log. */
const LINE_EVERY_MS = 10_000;

/** The progress of one gap, summed over its guilds, for the status report. */
export interface GapReport {
  gapId: string;
  cause: GapCause;
  channelsDone: number;
  channelsTotal: number;
  /** Messages read so far. */
  messages: number;
  /** Channels, threads and messages that gap.closed will name as left out. */
  leftOut: number;
  /** Items that failed and will be tried again. */
  failing: number;
}

export interface BackfillReport {
  gaps: GapReport[];
  channelsRemaining: number;
  /** Rate of imported messages over the last seconds. */
  messagesPerSecond: number;
  /** Age of the oldest open gap; 0 while there is none. */
  oldestOpenMs: number;
  /** Why gaps need an operator's attention; absent if they do not. */
  problem?: string;
}

const NOTHING = { channelsDone: 0, channelsTotal: 0, messages: 0, leftOut: 0, failing: 0 };

export function reportGaps(gaps: Iterable<GuildGap>): GapReport[] {
  const reports = new Map<string, GapReport>();
  for (const { gapId, cause, channels, leftOut, failing } of gaps) {
    const report = reports.get(gapId) ?? { gapId, cause, ...NOTHING };
    report.leftOut += leftOut?.length ?? 0;
    report.failing += Object.keys(failing ?? {}).length;
    const all = Object.values(channels);
    report.channelsTotal += all.length;
    report.channelsDone += all.filter(({ state }) => state !== 'open').length;
    report.messages += all.reduce((sum, { read }) => sum + read, 0);
    reports.set(gapId, report);
  }
  return [...reports.values()];
}

/** The rate over the last seconds. Times are of a monotonic clock, in milliseconds. */
export class RecentRate {
  private counts: { atMs: number; count: number }[] = [];

  constructor(private readonly startedAtMs: number) {}

  add(count: number, nowMs: number): void {
    this.forgetBefore(nowMs);
    this.counts.push({ atMs: nowMs, count });
  }

  perSecond(nowMs: number): number {
    this.forgetBefore(nowMs);
    const sum = this.counts.reduce((total, { count }) => total + count, 0);
    const overMs = Math.min(WINDOW_MS, Math.max(1_000, nowMs - this.startedAtMs));
    return Math.round((sum * 10_000) / overMs) / 10;
  }

  private forgetBefore(nowMs: number): void {
    this.counts = this.counts.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
  }
}

/** The progress of backfill, for the status report, the metrics and the log. */
export class BackfillProgress {
  private readonly rate = new RecentRate(performance.now());
  private nextLineAtMs = 0;
  /** When each gap was first seen and last made progress, by the monotonic clock. */
  private readonly seen = new WeakMap<GuildGap, { sinceMs: number; movedAtMs: number }>();

  constructor(
    private readonly gaps: { values(): Iterable<GuildGap> },
    private readonly alertMs: number,
    private readonly metrics: BackfillMetrics,
    private readonly logger: Logger,
  ) {
    metrics.watchChannels(() => this.report.channelsRemaining);
    metrics.watchOldestGap(() => this.oldestOpenMs);
  }

  get report(): BackfillReport {
    const gaps = reportGaps(this.gaps.values());
    const channelsRemaining = gaps.reduce((sum, gap) => sum + gap.channelsTotal - gap.channelsDone, 0);
    const messagesPerSecond = this.rate.perSecond(performance.now());
    const { problem, oldestOpenMs } = this;
    return { gaps, channelsRemaining, messagesPerSecond, oldestOpenMs, ...(problem && { problem }) };
  }

  /** Why gaps need an operator's attention; undefined if they do not. An import may take any time while it makes progress. */
  get problem(): string | undefined {
    const nowMs = performance.now();
    const late = [...this.gaps.values()].filter((gap) => {
      const { sinceMs, movedAtMs } = this.timesOf(gap);
      return nowMs - (gap.cause === 'first_start' ? movedAtMs : sinceMs) >= this.alertMs;
    });
    if (late.length === 0) return undefined;
    const failing = late.reduce((sum, gap) => sum + Object.keys(gap.failing ?? {}).length, 0);
    const minutes = Math.round(this.oldestOpenMs / 60_000);
    const items = failing > 0 ? `, ${failing} channels or messages fail` : '';
    return `${late.length} gaps do not close, the oldest open for ${minutes} min${items}: see the log for the reason`;
  }

  /** Records that a part of a gap is done. */
  onGapProgress(gap: GuildGap): void {
    this.timesOf(gap).movedAtMs = performance.now();
    const failing = [...this.gaps.values()].flatMap((each) => Object.keys(each.failing ?? {}));
    this.metrics.itemsFailing.set(failing.length);
  }

  /** Counts messages that were read and are in the log. */
  onMessagesRead(messages: number): void {
    const nowMs = performance.now();
    this.rate.add(messages, nowMs);
    this.metrics.messagesRead.inc(messages);
    if (nowMs < this.nextLineAtMs) return;
    this.nextLineAtMs = nowMs + LINE_EVERY_MS;
    const { channelsRemaining, messagesPerSecond } = this.report;
    this.logger.info({ channelsRemaining, messagesPerSecond }, 'backfill progress');
  }

  private get oldestOpenMs(): number {
    const nowMs = performance.now();
    const open = [...this.gaps.values()].map((gap) => nowMs - this.timesOf(gap).sinceMs);
    return Math.max(0, ...open);
  }

  private timesOf(gap: GuildGap): { sinceMs: number; movedAtMs: number } {
    const nowMs = performance.now();
    const known = this.seen.get(gap) ?? { sinceMs: nowMs, movedAtMs: nowMs };
    this.seen.set(gap, known);
    return known;
  }
}
