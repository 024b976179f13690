import type { RelayEvent } from '@discord-relay/contracts';
import { EVENT_SLICES } from './registry.js';
import type { RowOp } from './row-op.js';
import type { EventSlice } from './shared/event-slice.js';
import { isStorable } from './shared/ids.js';
import { hourOf, iso } from './shared/iso.js';
import { parkingFacts } from './shared/parking.js';

const sliceOf = ({ type }: RelayEvent): EventSlice<RelayEvent> =>
  EVENT_SLICES[type] as EventSlice<RelayEvent>;

/**
 * What an event wants of the rows. Plain: no clock, no I/O.
 * @throws TypeError or RangeError when `data` is not what its type says
 */
export function fold(event: RelayEvent): RowOp[] {
  const { time, receivedat, guildid: guildId } = event;
  const at = iso(time);
  const ops = sliceOf(event).fold(event, at);
  if (ops.length === 0) return ops;
  const hour = hourOf(receivedat === time ? at : iso(receivedat));
  return ops.concat({ model: 'positions', op: 'mark', guildId, hour });
}

/** Whether every id of the event fits its column and is written as the column returns it. */
export const hasStorableIds = (event: RelayEvent): boolean =>
  isStorable(event.guildid) && sliceOf(event).hasStorableIds(event);

/**
 * What an event is about: the smallest things whose later events have to wait for it, see ADR 13. Read from `data` even
 * where that is not what its type says; nothing is known to depend on an event that does not tell.
 */
export function parkingKeys(event: RelayEvent): string[] {
  const keys = sliceOf(event).parkingKeys(parkingFacts(event));
  return keys.length > 0 ? keys : [`event:${event.id}`];
}
