import { type Change, toWireEvents, type WireEvent } from '@discord-relay/contracts';

/**
 * The socket events of a change that was received or read; undefined if this version does not understand it, because a newer
 * projector or another program wrote it. Clients detect the hole and get a snapshot.
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
