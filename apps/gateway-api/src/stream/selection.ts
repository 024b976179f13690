import {
  type Change,
  type Positioned,
  type Snowflake,
  neededRight,
  PUBLIC_EVENT_TYPES,
  type PublicEvent,
  streamEventsOf,
  type PublicEventType,
} from '@discord-relay/contracts';
import { wireEventsOf } from '../read/wire-events-of.js';
import { beginEvent } from './sse-format.js';

/** The selection of a stream. */
export interface Selection {
  guildId: Snowflake;
  /** null: every channel that the user may read. */
  channels: ReadonlySet<Snowflake> | null;
  types: ReadonlySet<PublicEventType>;
}

const MESSAGE_TYPES: ReadonlySet<PublicEventType> = new Set(
  PUBLIC_EVENT_TYPES.filter((type) => neededRight(type) === 'read'),
);
const ROOM_TYPES: ReadonlySet<PublicEventType> = new Set(
  PUBLIC_EVENT_TYPES.filter((type) => type.startsWith('room') || type.startsWith('voice')),
);

export const isSelected = ({ channels, types }: Selection, { channelId, type }: PublicEvent): boolean =>
  types.has(type) && (channels === null || (channelId !== null && channels.has(channelId)));

/** Whether the event requires the right to read a channel; otherwise the right to see it suffices. */
export const needsReadRight = ({ type }: Pick<PublicEvent, 'type'>): boolean => MESSAGE_TYPES.has(type);

export const selectsMessages = ({ types }: Selection): boolean => intersects(types, MESSAGE_TYPES);
export const selectsRooms = ({ types }: Selection): boolean => intersects(types, ROOM_TYPES);

const intersects = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean => [...a].some((value) => b.has(value));

/** null: this version does not understand the change. */
const facts = new WeakMap<Change, readonly PublicEvent[] | null>();
const texts = new WeakMap<PublicEvent, string>();

/** The events of a change, built once for all streams; null if this version does not understand it. */
export function cachedFactsOf(change: Change): readonly PublicEvent[] | null {
  const known = facts.get(change);
  if (known !== undefined) return known;
  const made = wireEventsOf(change) ? streamEventsOf(change) : null;
  facts.set(change, made);
  return made;
}

/** Whether a change of an unknown kind may belong to the selection. */
export const mayConcern = ({ channels }: Selection, { channelId }: Change): boolean =>
  channels === null || channelId === null || channels.has(channelId);

/** The event as text without its end, serialized once for all streams if it is the same for all. */
export function eventTextOf(fact: PublicEvent, place: Positioned): string {
  // An event of the whole guild differs between streams: `prev` is the last event that this stream received.
  if (fact.type.startsWith('channel.')) return beginEvent(fact.type, { ...fact.payload, ...place });
  const text = texts.get(fact) ?? beginEvent(fact.type, fact.payload);
  texts.set(fact, text);
  return text;
}
