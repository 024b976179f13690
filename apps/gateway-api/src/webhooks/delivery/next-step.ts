/** The result of an attempt: an HTTP status, or the reason why there is none. */
export type Answer = { status: number; retryAfterMs: number | null } | { error: string };

/** Previous failures of an endpoint's next delivery. */
export interface FailureState {
  attempts: number;
  /** By the monotonic clock of this process. */
  failingSinceMs: number | null;
}

export interface RetryLimits {
  firstMs: number;
  /** Attempts after which a delivery is abandoned. */
  maxAttempts: number;
  /** An endpoint that accepts nothing for this long is disabled. */
  disableAfterMs: number;
}

export type Verdict =
  | { kind: 'delivered' }
  | { kind: 'retry'; dueInMs: number; error: string }
  | { kind: 'dead'; error: string }
  | { kind: 'disable'; reason: 'gone' | 'failing'; error: string };

const LONGEST_DELAY_MS = 3_600_000;
/** The longest delay that a receiver can request: changes are kept for a day. */
const LONGEST_RETRY_AFTER_MS = 86_400_000;
const GONE = 410;

/** What to do after an attempt. `nowMs` is monotonic time, as in `failingSinceMs`; `random` is in [0, 1). */
export function decideNextStep(
  answer: Answer,
  { attempts, failingSinceMs }: FailureState,
  { firstMs, maxAttempts, disableAfterMs }: RetryLimits,
  nowMs: number,
  random: number,
): Verdict {
  if (isAccepted(answer)) return { kind: 'delivered' };
  const error = 'error' in answer ? answer.error : `HTTP ${answer.status}`;
  if ('status' in answer && answer.status === GONE) return { kind: 'disable', reason: 'gone', error };
  if (failingSinceMs !== null && nowMs - failingSinceMs >= disableAfterMs)
    return { kind: 'disable', reason: 'failing', error };
  if (attempts + 1 >= maxAttempts) return { kind: 'dead', error };
  const retryAfterMs = 'status' in answer ? (answer.retryAfterMs ?? 0) : 0;
  const dueInMs = Math.max(
    delayMs(attempts, firstMs, random),
    Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS),
  );
  return { kind: 'retry', dueInMs, error };
}

export const isAccepted = (answer: Answer): boolean =>
  'status' in answer && answer.status >= 200 && answer.status < 300;

/** Doubles, with jitter in the upper half, so that a receiver's endpoints are not all retried at once. */
function delayMs(attempts: number, firstMs: number, random: number): number {
  const fullMs = Math.min(LONGEST_DELAY_MS, firstMs * 2 ** attempts);
  return Math.round(fullMs * (0.5 + random / 2));
}

/** Parses `Retry-After`, in seconds or as an HTTP date, to milliseconds from now; null if it is neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
