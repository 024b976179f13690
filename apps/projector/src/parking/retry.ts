import type { ParkedOutcome } from '@discord-relay/contracts';
import { decodeEntry } from '../commit/decode-entry.js';
import { FOLLOWS } from '../commit/park-followers.js';
import { PROCESS_KILLED } from '../commit/poison-event-detector.js';
import { isDataError, type ParkedPayload, type ParkedTransaction } from '../store/index.js';
import { joins } from './parked-groups.js';

const FAILURES_TOLD = 10;

interface Failure {
  code: string;
  message: string;
}

/**
 * Tries parked events again, in the order of the log: each by itself, so that one that still cannot be written holds up
 * only those about the same. Those that can are in the rows afterwards, the others parked with their present error. One
 * that killed processes is not touched unless it is the one that was `asked` for: whoever names another risks nothing.
 * @throws the driver's error when it is not an event's fault; then the whole transaction is void
 */
export async function retryParked(
  parked: ParkedTransaction,
  seqs: readonly number[],
  asked: number,
): Promise<ParkedOutcome> {
  const outcome: ParkedOutcome = { applied: 0, kept: 0, failures: [] };
  const blocked = new Set<string>();
  for (const seq of seqs) {
    const event = await parked.load(seq);
    const failure = joins(event, blocked)
      ? { code: FOLLOWS, message: 'after a parked event about the same' }
      : event.code === PROCESS_KILLED && seq !== asked
        ? { code: PROCESS_KILLED, message: event.message }
        : await attempt(parked, event);
    if (!failure) {
      outcome.applied += 1;
      continue;
    }
    for (const key of event.keys) blocked.add(key);
    await parked.keep(seq, failure.code, failure.message);
    outcome.kept += 1;
    const isTold = failure.code !== FOLLOWS && outcome.failures.length < FAILURES_TOLD;
    if (isTold) outcome.failures.push({ seq, ...failure });
  }
  return outcome;
}

async function attempt(
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
