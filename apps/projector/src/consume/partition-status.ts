import type { CheckResult } from '@discord-relay/platform';
import { streamClock } from '../log/stream-clock.js';

/** A partition that is further behind than this is replaying, not live. */
export const REPLAY_THRESHOLD_EVENTS = 1_000;

export type PartitionState =
  | 'starting'
  /** Another process projects it. */
  | 'standby'
  /** An operator has paused it. */
  | 'paused'
  /** There is no log yet. */
  | 'waiting'
  | 'replaying'
  | 'live'
  /** Failed; the loop retries by itself. */
  | 'retrying'
  /** Failed; an operator has to act. */
  | 'stopped';

export interface PartitionStatus {
  partition: number;
  owned: boolean;
  /** The checkpoint. */
  seq: number;
  /** Events behind the end of the log. */
  lag: number;
  /** When JetStream stored the oldest unprojected event, in milliseconds since the Unix epoch; null when there is none. */
  waitingSinceMs: number | null;
  /** Age of that event in seconds, computed on access; 0 when there is none. */
  readonly lagSeconds: number;
  state: PartitionState;
  problem: string | null;
  /** Start of the current transaction, by this process's monotonic clock; null when there is none. */
  committingSinceMs: number | null;
}

/** The status before the first claim. `now` returns milliseconds since the Unix epoch. */
export const initialStatus = (partition: number, now = () => streamClock.nowMs()): PartitionStatus => ({
  partition,
  owned: false,
  seq: 0,
  lag: 0,
  waitingSinceMs: null,
  get lagSeconds() {
    return this.waitingSinceMs === null ? 0 : Math.max(0, (now() - this.waitingSinceMs) / 1_000);
  },
  state: 'starting',
  problem: null,
  committingSinceMs: null,
});

const HEALTHY: ReadonlySet<PartitionState> = new Set(['standby', 'paused', 'replaying', 'live']);

/** A transaction that takes longer probably waits for a lock. */
const SLOW_COMMIT_MS = 10_000;

export interface OwnershipView {
  /** Partitions that have had no owner for longer than a hand-over takes. */
  unowned: readonly number[];
  /** By the monotonic clock of this process. */
  nowMs: number;
}

/** Whether every partition is projected by this process or another one, with the problems. */
export function partitionsCheck(
  partitions: PartitionStatus[],
  { unowned, nowMs }: OwnershipView,
): CheckResult {
  const failures = partitions.flatMap((each) => failureOf(each, nowMs));
  if (failures.length > 0) return { ok: false, detail: failures.join('; ') };
  const count = (holds: (each: PartitionStatus) => boolean) => partitions.filter(holds).length;
  const [owned, paused] = [count((each) => each.owned), count(({ state }) => state === 'paused')];
  const detail = `${owned} of ${partitions.length} partitions owned`;
  if (unowned.length > 0) {
    const problem = `partitions ${unowned.join(', ')} have no owner: no projector claims them`;
    return owned > 0 ? { ok: true, detail, problem } : { ok: false, detail: problem };
  }
  const ok = partitions.length > 0;
  if (paused === 0) return { ok, detail };
  const which = paused === partitions.length ? 'all' : String(paused);
  const problem = `${which} partitions are paused: \`relay resume\` continues them`;
  return { ok, detail: `${detail}, ${paused} paused`, problem };
}

function failureOf(
  { partition, state, problem, committingSinceMs }: PartitionStatus,
  nowMs: number,
): string[] {
  if (!HEALTHY.has(state)) return [`${partition} ${state}: ${problem ?? '-'}`];
  const tookMs = committingSinceMs === null ? 0 : nowMs - committingSinceMs;
  if (tookMs <= SLOW_COMMIT_MS) return [];
  const seconds = Math.round(tookMs / 1_000);
  return [
    `${partition} is stuck: its transaction has taken ${seconds} s; another session may hold a lock in Postgres`,
  ];
}

export const totalLag = (partitions: PartitionStatus[]): number =>
  partitions.reduce((sum, { owned, lag }) => sum + (owned ? lag : 0), 0);

export interface ReplayProgress {
  remaining: number;
  eventsPerSecond: number;
  /** At the current rate; null while there is no progress. */
  remainingSeconds: number | null;
}

/** Measures how fast a backlog shrinks between two calls; new events reduce the rate. */
export class ReplayMeter {
  private last: { atMs: number; lag: number } | null = null;
  current: ReplayProgress | null = null;

  /** Returns the progress while the partition counts as replaying, else null. */
  measure(lag: number, nowMs: number): ReplayProgress | null {
    const { last } = this;
    this.last = { atMs: nowMs, lag };
    const seconds = last ? (nowMs - last.atMs) / 1_000 : 0;
    const eventsPerSecond = last && seconds > 0 ? Math.max(0, Math.round((last.lag - lag) / seconds)) : 0;
    const remainingSeconds = eventsPerSecond > 0 ? Math.ceil(lag / eventsPerSecond) : null;
    const replaying = lag > REPLAY_THRESHOLD_EVENTS;
    this.current = replaying ? { remaining: lag, eventsPerSecond, remainingSeconds } : null;
    return this.current;
  }
}
