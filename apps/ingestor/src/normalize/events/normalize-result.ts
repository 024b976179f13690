import {
  EVENT_VERSIONS,
  type EventDataByType,
  type EventType,
  type RelayEvent,
  type Snowflake,
} from '@discord-relay/contracts';
import { isId, type Fields, type ReadTally } from '../fields/read-fields.js';

/** A dispatch as received from the socket, not validated. */
export interface RawDispatch {
  t?: unknown;
  s?: unknown;
  d?: unknown;
}

/** What the connection knows about a dispatch. `receivedAt` is ISO 8601, UTC. */
export interface NormalizeContext {
  receivedAt: string;
  shardId: number;
  sessionId: string;
  /** Optional kinds that are recorded in addition. */
  optional?: ReadonlySet<OptionalKind>;
  /** The room a user was last seen in, because Discord does not say where a user was; null: none is known. */
  voiceChannelOf?: (guildId: Snowflake, userId: Snowflake) => Snowflake | null;
  /** All members of a guild, ordered by id, if this chunk completes a member list. */
  completeMemberListOf?: (chunk: Fields) => readonly Snowflake[] | undefined;
}

export type OptionalKind = 'presence' | 'typing' | 'unknown';

/** Why a dispatch became no event; counted by this name. */
export type SkipReason =
  /** A type that this version does not know. */
  | 'unknown_dispatch'
  /** A type of Discord's that is not part of the record. */
  | 'not_recorded'
  /** Keys that identify the subject of the fact are missing or malformed. */
  | 'malformed'
  /** Direct messages and their channels. */
  | 'not_in_a_guild'
  /** A list with nothing in it. */
  | 'empty';

export interface Skipped {
  ok: false;
  reason: SkipReason;
}

export interface Normalized {
  ok: true;
  events: RelayEvent[];
  /** Parts (an attachment, an embed, a channel of a guild) that were unreadable or exceeded a limit. */
  droppedParts: number;
}

export type NormalizeResult = Normalized | Skipped;

export const skip = (reason: SkipReason): Skipped => ({ ok: false, reason });

export const normalized = (events: RelayEvent[], droppedParts = 0): Normalized => ({
  ok: true,
  events,
  droppedParts,
});

/** An event's position in Discord's stream of dispatches. */
export interface Origin extends NormalizeContext {
  sequence: number;
}

interface EventParts<T extends EventType> {
  type: T;
  id: string;
  guildId: Snowflake;
  channelId?: Snowflake;
  /** When it happened, if Discord says so; default: the time of receipt. */
  time?: string;
  data: EventDataByType[T];
}

export function buildEvent<T extends EventType>(origin: Origin, parts: EventParts<T>): RelayEvent {
  const event = {
    specversion: '1.0',
    id: parts.id,
    source: 'discord-gateway',
    type: parts.type,
    typeversion: EVENT_VERSIONS[parts.type],
    time: parts.time ?? origin.receivedAt,
    receivedat: origin.receivedAt,
    datacontenttype: 'application/json',
    guildid: parts.guildId,
    ...(parts.channelId !== undefined && { channelid: parts.channelId }),
    shardid: origin.shardId,
    sessionid: origin.sessionId,
    discordseq: origin.sequence,
    data: parts.data,
  };
  // The compiler cannot tie `type` to `data` through a type parameter; EventParts<T> does.
  return event as RelayEvent;
}

/** Id of an event that can happen to a thing only once. */
export const naturalId = (
  type: `${'message' | 'channel' | 'room' | 'thread'}.${'created' | 'deleted'}`,
  id: Snowflake,
): string => `${type}:${id}`;

/** Id of an event that can happen repeatedly: a resumed session repeats its sequences exactly (ADR 3). */
export const positionId = (type: EventType, origin: Origin, index = 0): string =>
  `${type}:${origin.sessionId}:${origin.sequence}:${index}`;

/** The type, time and data of an event, without its position in the stream of dispatches. */
export type Fact = {
  [T in EventType]: Omit<EventParts<T>, 'id' | 'type' | 'data'> & { type: T; data: EventDataByType[T] };
}[EventType];

/** A dispatch's facts in order, each with its position. */
export function factsOf(origin: Origin, facts: readonly Fact[], droppedParts = 0): NormalizeResult {
  if (facts.length === 0) return droppedParts > 0 ? skip('malformed') : skip('empty');
  const events = facts.map((fact, i) =>
    buildEvent(origin, { ...fact, id: positionId(fact.type, origin, i) }),
  );
  return normalized(events, droppedParts);
}

/** The facts of a dispatch that names its guild; `read` returns undefined if the ids of the subject are unusable. */
export function inGuild(
  origin: Origin,
  fields: Fields,
  read: (guildId: Snowflake, tally: ReadTally) => Fact | undefined,
): NormalizeResult {
  if (fields.guild_id === undefined) return skip('not_in_a_guild');
  const tally = { dropped: 0 };
  const fact = isId(fields.guild_id) ? read(fields.guild_id, tally) : undefined;
  return fact ? factsOf(origin, [fact], tally.dropped) : skip('malformed');
}
