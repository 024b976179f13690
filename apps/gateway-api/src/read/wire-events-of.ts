import { type Change, toWireEvents, type WireEvent } from '@discord-relay/contracts';

/**
 * The socket events of a change that came from outside; undefined when this version cannot make any of it, because a
 * newer projector wrote it or nobody of ours did. Clients find the gap and get a snapshot.
 */
export function wireEventsOf(change: Change): WireEvent[] | undefined {
  try {
    const events: unknown = toWireEvents(change);
    return Array.isArray(events) ? (events as WireEvent[]) : undefined;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
