import { RelayError } from '@discord-relay/client';
import type { ReplayGap, ReplayStatus } from '@discord-relay/contracts';
import type { ListedGap, Skip } from '../../messages/model/list-marks.js';
import { TIME_MACHINE_TEXTS } from '../../texts/time-machine-texts.js';

/** Milliseconds since the Unix epoch. */
export interface TimeRange {
  fromMs: number;
  toMs: number;
}

/** Something that is said to the reader once. */
export type Notice =
  | { kind: 'playing' | 'paused' | 'ended' | 'shown' }
  | { kind: 'gap'; gap: ListedGap }
  /** With the gaps that began meanwhile. */
  | { kind: 'skipped'; skip: Skip; gaps: readonly ListedGap[] };

export interface MachineState {
  /** `opening`: there is nothing to show yet. `ended`: the newest event of the range is shown. */
  phase: 'opening' | 'open' | 'ended' | 'failed';
  isPlaying: boolean;
  /** The recorded history; null: not known yet. */
  range: TimeRange | null;
  speed: number;
  skipQuiet: boolean;
  /** The gaps of the range, by the time at which they begin. */
  gaps: readonly ListedGap[];
  /** The times that were skipped since the reader chose a time. */
  skips: readonly Skip[];
  /** The channel was not known at that time, or the reader's rights of then did not include its history. */
  isForbidden: boolean;
  /** Why nothing is shown. */
  error: RelayError | null;
  /** The time that the reader chose, or at which they paused; null: not known yet. */
  chosenMs: number | null;
  /** Counts the times that the reader chose. */
  visit: number;
  /** `count` differs when the same is said again. */
  notice: (Notice & { count: number }) | null;
}

export const SPEEDS = [1, 2, 5, 10, 60, 600, 1_000] as const;

export const CLOSED: MachineState = {
  phase: 'opening',
  isPlaying: false,
  range: null,
  speed: 10,
  skipQuiet: true,
  gaps: [],
  skips: [],
  isForbidden: false,
  error: null,
  chosenMs: null,
  visit: 0,
  notice: null,
};

/** Replays use the socket, not server-sent events. */
export const noWebSocket = (): RelayError =>
  new RelayError({
    code: 'CLIENT.DISCONNECTED',
    message: TIME_MACHINE_TEXTS.needsWebSocket,
    retryable: true,
  });

/** `gapId` is null for what the log no longer has. */
export const listedGap = ({ gapId, cause, from, to }: ReplayGap): ListedGap => ({
  gapId: gapId ?? 'not-kept',
  cause,
  from,
  to,
  recovered: null,
});

/** The range that a replay was started for. */
export const rangeOf = ({ from, to }: Pick<ReplayStatus, 'from' | 'to'>): TimeRange => ({
  fromMs: Date.parse(from),
  toMs: Date.parse(to),
});

/** The list holds no more messages, between which they are shown. */
const SKIPS_KEPT = 400;

export const withSkip = (skips: readonly Skip[], skip: Skip): readonly Skip[] =>
  [...skips, skip].slice(-SKIPS_KEPT);

/**
 * The range from the first moment that was recorded, and the gaps inside it. What the log no longer has is a gap before it.
 * @param asked the range of the replay, which may begin before anything was recorded
 */
export function recordedRange(
  asked: TimeRange,
  gaps: readonly ListedGap[],
): { range: TimeRange; gaps: ListedGap[] } {
  const toMs = Math.max(asked.toMs, asked.fromMs + 1);
  const starts = gaps.filter(isBeforeAll).map(({ to }) => Date.parse(to!));
  const fromMs = Math.min(Math.max(asked.fromMs, ...starts), toMs - 1);
  const inside = gaps.filter(
    ({ cause, from, to }) =>
      from !== null && (cause === 'not_kept' || to === null || Date.parse(to) > fromMs),
  );
  return {
    range: { fromMs, toMs },
    gaps: inside.sort((a, b) => Date.parse(a.from!) - Date.parse(b.from!)),
  };
}

/** Nothing was recorded before its end. */
const isBeforeAll = ({ cause, from, to }: ListedGap): boolean =>
  to !== null && ((cause === 'first_start' && from === null) || cause === 'not_kept');

/** Whether a gap began in a time that was skipped. */
export const beganIn = ({ from }: ListedGap, skip: Skip): boolean =>
  from !== null && Date.parse(skip.from) <= Date.parse(from) && Date.parse(from) <= Date.parse(skip.to);

export const clampTo = ({ fromMs, toMs }: TimeRange, timeMs: number): number =>
  Math.round(Math.min(Math.max(timeMs, fromMs), toMs));
