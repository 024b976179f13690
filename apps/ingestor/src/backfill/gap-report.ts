import type { GapCause } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { BackfillMetrics } from './backfill-metrics.js';
import type { GuildGap } from './gap.js';

/** Over how long the present rate is taken. */
const WINDOW_MS = 10_000;
/** How often the log tells how far it is. */
const LINE_EVERY_MS = 10_000;

/** One gap over all its guilds, for the status report. */
export interface GapReport {
  gapId: string;
  cause: GapCause;
  channelsDone: number;
  channelsTotal: number;
  /** Read so far. */
  messages: number;
}

export interface BackfillReport {
  gaps: GapReport[];
  channelsRemaining: number;
  /** Of history, in the last seconds. */
  messagesPerSecond: number;
}

export function reportGaps(gaps: Iterable<GuildGap>): GapReport[] {
  const reports = new Map<string, GapReport>();
  for (const { gapId, cause, channels } of gaps) {
    const report = reports.get(gapId) ?? { gapId, cause, channelsDone: 0, channelsTotal: 0, messages: 0 };
    const all = Object.values(channels);
    report.channelsTotal += all.length;
    report.channelsDone += all.filter(({ state }) => state !== 'open').length;
    report.messages += all.reduce((sum, { read }) => sum + read, 0);
    reports.set(gapId, report);
  }
  return [...reports.values()];
}

/** How fast something has gone lately. Times in ms of one clock that only rises. */
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

/** How far backfill is, for the status report, the metrics and the log. */
export class BackfillProgress {
  private readonly rate = new RecentRate(performance.now());
  private nextLineAtMs = 0;

  constructor(
    private readonly gaps: ReadonlyMap<string, GuildGap>,
    private readonly metrics: BackfillMetrics,
    private readonly logger: Logger,
  ) {
    metrics.watchChannels(() => this.report.channelsRemaining);
  }

  get report(): BackfillReport {
    const gaps = reportGaps(this.gaps.values());
    const channelsRemaining = gaps.reduce((sum, gap) => sum + gap.channelsTotal - gap.channelsDone, 0);
    return { gaps, channelsRemaining, messagesPerSecond: this.rate.perSecond(performance.now()) };
  }

  /** Messages of history were read and are in the log. */
  read(messages: number): void {
    const nowMs = performance.now();
    this.rate.add(messages, nowMs);
    this.metrics.messagesRead.inc(messages);
    if (nowMs < this.nextLineAtMs) return;
    this.nextLineAtMs = nowMs + LINE_EVERY_MS;
    const { channelsRemaining, messagesPerSecond } = this.report;
    this.logger.info({ channelsRemaining, messagesPerSecond }, 'backfill goes on');
  }
}
