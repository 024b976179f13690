import type { RelayEvent } from '@discord-relay/contracts';
import { EVENT_SLICES } from './registry.js';
import type { RowOp } from './row-op.js';
import type { EventSlice } from './shared/event-slice.js';
import { isStorable } from './shared/ids.js';
import { hourOf, iso } from './shared/iso.js';
import { parkingFacts } from './shared/parking.js';

const sliceOf = ({ type }: RelayEvent): EventSlice<RelayEvent, RowOp> =>
  EVENT_SLICES[type] as EventSlice<RelayEvent, RowOp>;

/**
 * The row operations of an event. Pure: no clock, no I/O.
 * @throws TypeError or RangeError when `data` does not have the shape of its type
 */
export function fold(event: RelayEvent): RowOp[] {
  const { time, receivedat, guildid: guildId } = event;
  const at = iso(time);
  const ops = sliceOf(event).fold(event, at);
  if (ops.length === 0) return ops;
  const hour = hourOf(receivedat === time ? at : iso(receivedat));
  return ops.concat({ model: 'positions', op: 'mark', guildId, hour });
}

/** Whether every id of the event fits its column and has the form in which the column returns it. */
export const hasStorableIds = (event: RelayEvent): boolean =>
  isStorable(event.guildid) && sliceOf(event).hasStorableIds(event);

/**
 * The keys of the entities that an event changes: later events about the same entities must wait for it, see ADR 13. `data`
 * may have any shape; if it has no usable keys, no event is known to depend on it.
 */
export function parkingKeys(event: RelayEvent): string[] {
  const keys = sliceOf(event).parkingKeys(parkingFacts(event));
  return keys.length > 0 ? keys : [`event:${event.id}`];
}
