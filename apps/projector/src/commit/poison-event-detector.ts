import { isEventType, isSnowflake, type RelayEvent } from '@discord-relay/contracts';
import type { Lease, LeaseStore } from '../store/index.js';
import { type Decoded, payloadText } from './decode-entry.js';
import type { LogEntry } from '../log/log-entry.js';

/** Code of an event that is parked because processes ended while they handled it. */
export const PROCESS_KILLED = 'PROCESS_KILLED';

/** After so many deaths an event is parked: the first struck it in company, the others alone. */
const DEATHS = 3;

/**
 * Finds the event that kills whoever handles it. After an owner's death the events that it can have had in hand are
 * counted and handled one at a time, so the count tells which of them it was.
 *
 * A process has one batch of a partition in hand, which begins after the checkpoint and has at most `mostInHand` events,
 * and none of those that were stored after it died. So the stretch ends with whichever comes first. Was the batch of a
 * process with a larger limit, then the next death finds the checkpoint a stretch further on, and the event in time.
 */
export class Suspicion {
  private readonly passed = new WeakMap<Lease, number>();

  constructor(
    private readonly leases: LeaseStore,
    private readonly mostInHand: number,
  ) {}

  /**
   * Counts this process before it handles the event.
   * @returns whether the event has killed often enough: then it must not be handled
   * @throws AppError PROJECTION.CHECKPOINT_CONFLICT, or the driver's error; then it was not counted
   */
  async begin(lease: Lease, { seq }: LogEntry): Promise<boolean> {
    await this.leases.beginHandling(lease, seq);
    return lease.handling.attempts >= DEATHS;
  }

  /** The event is committed: with the last of the stretch the suspicion ends. @throws the driver's error */
  async end(lease: Lease, { pending }: LogEntry): Promise<void> {
    const passed = (this.passed.get(lease) ?? 0) + 1;
    this.passed.set(lease, passed);
    if (pending === 0 || passed >= this.mostInHand) await this.leases.clear(lease);
  }
}

/** The event as one to be parked, neither lifted nor folded: that may be what kills. null when it is no event. */
export function killer(
  entry: LogEntry,
  { attempts }: Lease['handling'],
): (Decoded & { kind: 'poison' }) | null {
  const event = asWritten(payloadText(entry));
  if (!event) return null;
  const message = `${attempts} processes ended while they handled it`;
  return { kind: 'poison', entry, event, code: PROCESS_KILLED, message };
}

/** As much of an event as it takes to park it. */
function asWritten(payload: string): RelayEvent | null {
  let event: Partial<RelayEvent> | null;
  try {
    event = JSON.parse(payload) as Partial<RelayEvent> | null;
  } catch {
    return null;
  }
  const isEvent = typeof event?.id === 'string' && isEventType(event.type) && isSnowflake(event.guildid);
  return isEvent && typeof event?.data === 'object' && event.data !== null ? (event as RelayEvent) : null;
}
