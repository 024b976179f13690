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
}

/** What is known before the first claim. `now` in milliseconds since the Unix epoch. */
export const initialStatus = (partition: number, now = Date.now): PartitionStatus => ({
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
});

const HEALTHY: ReadonlySet<PartitionState> = new Set(['standby', 'paused', 'replaying', 'live']);

/** Whether every partition is projected or somebody else's, with what is wrong when not. */
export function partitionsCheck(partitions: PartitionStatus[]): { ok: boolean; detail: string } {
  const bad = partitions.filter(({ state }) => !HEALTHY.has(state));
  if (bad.length > 0) {
    const problems = bad.map(({ partition, state, problem }) => `${partition} ${state}: ${problem ?? '-'}`);
    return { ok: false, detail: problems.join('; ') };
  }
  const count = (state: (each: PartitionStatus) => boolean) => partitions.filter(state).length;
  const paused = count(({ state }) => state === 'paused');
  const detail = `${count(({ owned }) => owned)} of ${partitions.length} partitions owned`;
  return { ok: partitions.length > 0, detail: paused > 0 ? `${detail}, ${paused} paused` : detail };
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
