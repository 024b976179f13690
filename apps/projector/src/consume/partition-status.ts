import type { CheckResult } from '@discord-relay/platform';
import { streamClock } from '../log/stream-clock.js';

/** A partition that is further behind than this is replaying, not following. */
export const REPLAY_THRESHOLD_EVENTS = 1_000;

export type PartitionState =
  | 'starting'
  /** Another process projects it. */
  | 'standby'
  /** An operator wants it to rest. */
  | 'paused'
  /** There is no log yet. */
  | 'waiting'
  | 'replaying'
  | 'live'
  /** Failed; tried again by itself. */
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
  /** When JetStream stored the oldest event that waits, milliseconds since the Unix epoch; null: none does. */
  waitingSinceMs: number | null;
  /** How long that one has waited, in seconds, at the moment of reading; 0: none waits. */
  readonly lagSeconds: number;
  state: PartitionState;
  problem: string | null;
  /** Since when a transaction is under way, by the monotonic clock of this process; null: none is. */
  committingSinceMs: number | null;
}

/** What is known before the first claim. `now` in milliseconds since the Unix epoch. */
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

/** A transaction that takes longer waits for something, most likely for a lock. */
const SLOW_COMMIT_MS = 10_000;

/** What partitions lack beside what their loops say. */
export interface Neglect {
  /** Partitions that have been nobody's for longer than a hand-over takes. */
  unowned: readonly number[];
  /** By the monotonic clock of this process. */
  nowMs: number;
}

/** Whether every partition is projected or somebody else's, with what is wrong when not. */
export function partitionsCheck(partitions: PartitionStatus[], { unowned, nowMs }: Neglect): CheckResult {
  const failures = partitions.flatMap((each) => failureOf(each, nowMs));
  if (failures.length > 0) return { ok: false, detail: failures.join('; ') };
  const count = (holds: (each: PartitionStatus) => boolean) => partitions.filter(holds).length;
  const [owned, paused] = [count((each) => each.owned), count(({ state }) => state === 'paused')];
  const detail = `${owned} of ${partitions.length} partitions owned`;
  if (unowned.length > 0) {
    const problem = `partitions ${unowned.join(', ')} are nobody's: no projector claims them`;
    return owned > 0 ? { ok: true, detail, problem } : { ok: false, detail: problem };
  }
  const ok = partitions.length > 0;
  if (paused === 0) return { ok, detail };
  const which = paused === partitions.length ? 'all' : String(paused);
  const problem = `${which} partitions are paused: \`relay resume\` lets them go on`;
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
  return [`${partition} waits: its transaction has taken ${seconds} s; somebody may hold a lock in Postgres`];
}

export const totalLag = (partitions: PartitionStatus[]): number =>
  partitions.reduce((sum, { owned, lag }) => sum + (owned ? lag : 0), 0);

export interface ReplayProgress {
  remaining: number;
  eventsPerSecond: number;
  /** At the present rate; null while nothing moves. */
  remainingSeconds: number | null;
}

/** Measures how fast a backlog shrinks, from one call to the next; what is appended meanwhile slows it down. */
export class ReplayMeter {
  private last: { atMs: number; lag: number } | null = null;
  current: ReplayProgress | null = null;

  /** Returns the progress while the backlog is worth telling, else null. */
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
