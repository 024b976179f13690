import {
  type Change,
  type Positioned,
  type Snowflake,
  STREAM_TYPES,
  type StreamFact,
  streamFactsOf,
  type StreamType,
} from '@discord-relay/contracts';
import { beginEvent } from './sse-format.js';

/** What a stream was asked for. */
export interface Selection {
  guildId: Snowflake;
  /** null: every channel that the user may read. */
  channels: ReadonlySet<Snowflake> | null;
  types: ReadonlySet<StreamType>;
}

const MESSAGE_TYPES: ReadonlySet<StreamType> = new Set(
  STREAM_TYPES.filter((type) => type.startsWith('message') || type.startsWith('reaction')),
);
const ROOM_TYPES: ReadonlySet<StreamType> = new Set(
  STREAM_TYPES.filter((type) => type.startsWith('room') || type.startsWith('voice')),
);

export const wants = ({ channels, types }: Selection, { channelId, type }: StreamFact): boolean =>
  types.has(type) && (channels === null || channels.has(channelId));

/** Whether it takes the right to read a channel to be told it; else that to see it is enough. */
export const isRead = ({ type }: Pick<StreamFact, 'type'>): boolean => MESSAGE_TYPES.has(type);

export const wantsMessages = ({ types }: Selection): boolean => intersects(types, MESSAGE_TYPES);
export const wantsRooms = ({ types }: Selection): boolean => intersects(types, ROOM_TYPES);

const intersects = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean => [...a].some((value) => b.has(value));

const facts = new WeakMap<Change, readonly StreamFact[]>();
const texts = new WeakMap<StreamFact, string>();

/** The facts of a change, made once for all streams; none of one that this version can make nothing of. */
export function factsOnce(change: Change): readonly StreamFact[] {
  const known = facts.get(change) ?? readable(change);
  facts.set(change, known);
  return known;
}

/** The beginning of its event, written once for all streams where it is the same for all. */
export function textOf(fact: StreamFact, place: Positioned): string {
  // What belongs to the guild as a whole follows what this stream was told last: it may not have seen all between.
  if (fact.type === 'channel_update') return beginEvent(fact.type, { ...fact.payload, ...place });
  const text = texts.get(fact) ?? beginEvent(fact.type, fact.payload);
  texts.set(fact, text);
  return text;
}

function readable(change: Change): readonly StreamFact[] {
  try {
    return streamFactsOf(change);
  } catch (error) {
    // Nobody of ours wrote it, or a newer projector did. The live side has counted it.
    if (error instanceof TypeError) return [];
    throw error;
  }
}
