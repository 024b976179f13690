import { isEventType, isSnowflake, type RelayEvent } from '@discord-relay/contracts';
import type { LogEntry } from '../log/log-entry.js';
import type { Lease, LeaseStore } from '../store/index.js';
import { type Decoded, payloadText } from './decode-entry.js';

/** Code of an event that is parked because processes crashed while they handled it. */
export const PROCESS_KILLED = 'PROCESS_KILLED';

/**
 * An event is parked after this many crashes: the first one in a batch with others, the rest alone. A process that is killed
 * repeatedly from outside may be handling the same healthy event twice (this happened in a drill), but hardly four times in
 * a row.
 */
const CRASH_LIMIT = 5;

/**
 * Finds the event that crashes the process that handles it. After an owner has crashed, the events that may have been in its
 * batch are handled one at a time, each with a recorded attempt, so the number of attempts reveals the event.
 *
 * A process handles one batch of a partition at a time: it starts after the checkpoint, has at most `maxBatchEvents` events, and
 * none that were stored after the crash, so the search ends at the first of these limits. If the crashed process had a larger
 * limit, every further crash moves the start of the search, until it includes the event.
 */
export class PoisonEventDetector {
  private readonly handledCount = new WeakMap<Lease, number>();

  constructor(
    private readonly leases: LeaseStore,
    private readonly maxBatchEvents: number,
  ) {}

  /**
   * Records this process's attempt before it handles the event.
   * @returns whether the event has reached the crash limit: then it must not be handled
   * @throws AppError PROJECTION.CHECKPOINT_CONFLICT, or the driver's error; then nothing was recorded
   */
  async recordAttempt(lease: Lease, { seq }: LogEntry): Promise<boolean> {
    await this.leases.recordAttempt(lease, seq);
    return lease.handling.attempts >= CRASH_LIMIT;
  }

  /** Records that the event is committed; this may end the search. @throws the driver's error */
  async recordHandled(lease: Lease, { pending }: LogEntry): Promise<void> {
    const count = (this.handledCount.get(lease) ?? 0) + 1;
    this.handledCount.set(lease, count);
    if (pending === 0 || count >= this.maxBatchEvents) await this.leases.clearSuspect(lease);
  }
}

/**
 * The event in the form in which it is parked; null when the entry holds no event. It is neither upcast nor folded, because
 * either step may be the one that crashes.
 */
export function poisonEvent(
  entry: LogEntry,
  { attempts }: Lease['handling'],
): (Decoded & { kind: 'poison' }) | null {
  const event = rawEvent(payloadText(entry));
  if (!event) return null;
  const message = `${attempts} processes crashed while they handled it`;
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
