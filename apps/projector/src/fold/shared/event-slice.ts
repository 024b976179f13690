import type { RelayEvent } from '@discord-relay/contracts';
import type { RowOp } from '../row-op.js';
import type { EventSliceOf } from './event-slice-of.js';

/** How a read model handles some event types. Pure functions: no clock, no I/O. */
export type EventSlice<Event extends RelayEvent> = EventSliceOf<Event, RowOp>;

export type { EventOf } from './event-slice-of.js';
