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

/** What a stream was asked for. */
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

export const wants = ({ channels, types }: Selection, { channelId, type }: PublicEvent): boolean =>
  types.has(type) && (channels === null || (channelId !== null && channels.has(channelId)));

/** Whether it takes the right to read a channel to be told it; else that to see it is enough. */
export const needsReadRight = ({ type }: Pick<PublicEvent, 'type'>): boolean => MESSAGE_TYPES.has(type);

export const wantsMessages = ({ types }: Selection): boolean => intersects(types, MESSAGE_TYPES);
export const wantsRooms = ({ types }: Selection): boolean => intersects(types, ROOM_TYPES);

const intersects = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean => [...a].some((value) => b.has(value));

/** null: this version can make nothing of the change. */
const facts = new WeakMap<Change, readonly PublicEvent[] | null>();
const texts = new WeakMap<PublicEvent, string>();

/** The facts of a change, made once for all streams; null when this version can make nothing of it. */
export function cachedFactsOf(change: Change): readonly PublicEvent[] | null {
  const known = facts.get(change);
  if (known !== undefined) return known;
  const made = wireEventsOf(change) ? streamEventsOf(change) : null;
  facts.set(change, made);
  return made;
}

/** Whether a change that nothing can be made of may be one that was asked for. */
export const mayConcern = ({ channels }: Selection, { channelId }: Change): boolean =>
  channels === null || channelId === null || channels.has(channelId);

/** The beginning of its event, written once for all streams where it is the same for all. */
export function eventTextOf(fact: PublicEvent, place: Positioned): string {
  // What belongs to the guild as a whole follows what this stream was told last: it may not have seen all between.
  if (fact.type.startsWith('channel.')) return beginEvent(fact.type, { ...fact.payload, ...place });
  const text = texts.get(fact) ?? beginEvent(fact.type, fact.payload);
  texts.set(fact, text);
  return text;
}
