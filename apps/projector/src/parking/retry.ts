import type { ParkedOutcome } from '@discord-relay/contracts';
import { decodeEntry } from '../commit/decode-entry.js';
import { FOLLOWS } from '../commit/park-followers.js';
import { PROCESS_KILLED } from '../commit/poison-event-detector.js';
import { isDataError, type ParkedPayload, type ParkedTransaction } from '../store/index.js';
import { joinIfBlocked } from './parked-groups.js';

const MAX_FAILURES_REPORTED = 10;

interface Failure {
  code: string;
  message: string;
}

/**
 * Retries parked events in the order of the log, one at a time, so that an event that still cannot be written blocks only
 * events about the same entity. Failed events stay parked with their current error. An event that crashed processes is
 * retried only if it is the `requested` one.
 * @throws the driver's error when no event is at fault; the caller then has to roll back the transaction
 */
export async function retryParked(
  parked: ParkedTransaction,
  seqs: readonly number[],
  requested: number,
): Promise<ParkedOutcome> {
  const outcome: ParkedOutcome = { applied: 0, kept: 0, failures: [], moreFailures: 0 };
  const blocked = new Set<string>();
  for (const seq of seqs) {
    const event = await parked.load(seq);
    const failure = joinIfBlocked(event, blocked)
      ? { code: FOLLOWS, message: 'after a parked event about the same thing' }
      : event.code === PROCESS_KILLED && seq !== requested
        ? { code: PROCESS_KILLED, message: event.message }
        : await applyParked(parked, event);
    if (!failure) {
      outcome.applied += 1;
      continue;
    }
    for (const key of event.keys) blocked.add(key);
    await parked.keep(seq, failure.code, failure.message);
    outcome.kept += 1;
    if (failure.code !== FOLLOWS) addFailure(outcome, { seq, ...failure });
  }
  return outcome;
}

/** Lists the first failures and counts the others. */
export function addFailure(outcome: ParkedOutcome, failure: ParkedOutcome['failures'][number]): void {
  if (outcome.failures.length < MAX_FAILURES_REPORTED) outcome.failures.push(failure);
  else outcome.moreFailures += 1;
}

async function applyParked(
  parked: ParkedTransaction,
  { seq, subject, payload }: ParkedPayload,
): Promise<Failure | null> {
  const data = new TextEncoder().encode(payload);
  const entry = { seq, subject, data, sizeBytes: data.byteLength, storedAtMs: 0, pending: 0 };
  const decoded = decodeEntry(entry);
  switch (decoded.kind) {
    case 'newer':
      return { code: 'PROJECTION.EVENT_UNREADABLE', message: 'written by a newer version' };
    case 'skipped':
      return { code: decoded.reason, message: 'not an event that can be projected' };
    case 'poison':
      return { code: decoded.code, message: decoded.message };
    case 'event':
      return parked.apply(seq, decoded.ops).then(() => null, failureOf);
    default:
      return decoded satisfies never;
  }
}

function failureOf(error: unknown): Failure {
  if (!isDataError(error)) throw error;
  return { code: error.code ?? 'unknown', message: error.message };
}
