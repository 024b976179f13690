import { isEventType, isSnowflake, type RelayEvent } from '@discord-relay/contracts';
import type { LogEntry } from '../log/log-entry.js';
import type { Lease, LeaseStore } from '../store/index.js';
import { type Decoded, payloadText } from './decode-entry.js';

/** Code of an event that is parked because processes crashed while they handled it. */
export const PROCESS_KILLED = 'PROCESS_KILLED';

/** An event is in a batch with others at the first crash, and at the second one. */
const CRASHES_IN_BATCHES = 2;
/**
 * An event is parked after this many crashes, the later ones alone. A process that is killed repeatedly from outside may be
 * handling the same healthy event twice (this happened in a drill), but hardly four times in a row.
 */
const CRASH_LIMIT = 5;

/** The search in a suspect partition under one lease. */
interface Search {
  /** Whether a batch has crashed a second process, so that its events are handled one at a time. */
  alone: boolean;
  /** Number of events that were handled and crashed nothing. */
  handled: number;
}

/**
 * Finds the event that crashes the process that handles it. After an owner has crashed, its successor records an attempt at each
 * batch, which costs little: most crashes have another cause, and live delivery should not wait for a search. If the successor
 * crashes as well, the events that may have been in its batch are handled one at a time, each with a recorded attempt, so the
 * number of attempts reveals the event.
 *
 * A process handles one batch of a partition at a time: it starts after the checkpoint, has at most `maxBatchEvents` events, and
 * none that were stored after the crash, so the search ends at the first of these limits. If the crashed process had a larger
 * limit, every further crash moves the start of the search, until it includes the event.
 */
export class PoisonEventDetector {
  private readonly searches = new WeakMap<Lease, Search>();

  constructor(
    private readonly leases: LeaseStore,
    private readonly maxBatchEvents: number,
  ) {}

  /** Whether the events of a suspect partition have to be handled one at a time. */
  searchesAlone(lease: Lease): boolean {
    return this.searchUnder(lease).alone;
  }

  /**
   * Records this process's attempt before it handles the next batch. The attempt has the sequence of the checkpoint, so that it is
   * not taken for one at an event.
   * @throws as {@link recordAttempt}
   */
  async recordBatchAttempt(lease: Lease): Promise<void> {
    this.searchUnder(lease);
    await this.leases.recordAttempt(lease, lease.seq);
  }

  /**
   * Records this process's attempt before it handles the event alone.
   * @returns whether the event has reached the crash limit: then it must not be handled
   * @throws AppError PROJECTION.CHECKPOINT_CONFLICT, or the driver's error; then nothing was recorded
   */
  async recordAttempt(lease: Lease, { seq }: LogEntry): Promise<boolean> {
    await this.leases.recordAttempt(lease, seq);
    return crashesOf(lease.handling) >= CRASH_LIMIT;
  }

  /** Records that events up to `last` are committed; this may end the search. @throws the driver's error */
  async recordHandled(lease: Lease, count: number, { pending }: LogEntry): Promise<void> {
    const search = this.searchUnder(lease);
    search.handled += count;
    if (pending === 0 || search.handled >= this.maxBatchEvents) await this.leases.clearSuspect(lease);
  }

  private searchUnder(lease: Lease): Search {
    const search = this.searches.get(lease) ?? { alone: hasCrashedTwice(lease), handled: 0 };
    this.searches.set(lease, search);
    return search;
  }
}

/** Whether an attempt was recorded whose events are not committed: those of a batch come after its sequence, an event has its own. */
const hasCrashedTwice = ({ seq, handling }: Lease): boolean => handling.attempts > 0 && handling.seq >= seq;

/** Number of processes that crashed while they handled an event, before the present attempt. */
const crashesOf = ({ attempts }: Lease['handling']): number => CRASHES_IN_BATCHES + attempts - 1;

/**
 * The event in the form in which it is parked; null when the entry holds no event. It is neither upcast nor folded, because
 * either step may be the one that crashes.
 */
export function poisonEvent(
  entry: LogEntry,
  handling: Lease['handling'],
): (Decoded & { kind: 'poison' }) | null {
  const event = rawEvent(payloadText(entry));
  if (!event) return null;
  const message = `${crashesOf(handling)} processes crashed while they handled it`;
  return { kind: 'poison', entry, event, code: PROCESS_KILLED, message };
}

/** Parses only what parking needs. */
function rawEvent(payload: string): RelayEvent | null {
  let event: Partial<RelayEvent> | null;
  try {
    event = JSON.parse(payload) as Partial<RelayEvent> | null;
  } catch {
    return null;
  }
  const isEvent = typeof event?.id === 'string' && isEventType(event.type) && isSnowflake(event.guildid);
  return isEvent && typeof event?.data === 'object' && event.data !== null ? (event as RelayEvent) : null;
}
