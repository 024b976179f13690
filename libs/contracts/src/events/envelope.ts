import { EVENT_VERSIONS, isEventType, type EventDataByType, type EventType } from './event-data.js';
import type { JsonObject } from './field-types.js';
import { upcast } from './upcasters.js';
import { isSnowflake, type Snowflake } from '../snowflake.js';

/** Where the fact came from: the live connection, history fetched afterwards, or an export that an operator imported. */
export type EventSource = 'discord-gateway' | 'discord-backfill' | 'discord-import';

/**
 * One fact in the log: a CloudEvents 1.0 event in JSON (structured mode of the NATS binding).
 * Attribute names are lower case without separators because CloudEvents requires it.
 */
export interface RelayEventOf<T extends EventType> {
  specversion: '1.0';
  /** Deterministic: the same fact always has the same id. Also the Nats-Msg-Id. */
  id: string;
  source: EventSource;
  type: T;
  /** Integer version of the shape of `data`. */
  typeversion: number;
  /** When it happened at Discord, ISO 8601; the time of receipt if Discord does not say. */
  time: string;
  /** When this system received it, ISO 8601. */
  receivedat: string;
  datacontenttype: 'application/json';
  guildid: Snowflake;
  channelid?: Snowflake;
  shardid: number;
  /** Discord's gateway session, `backfill` or `import`. */
  sessionid: string;
  /** Discord's sequence in that session; 0 for backfill and imports. */
  discordseq: number;
  data: EventDataByType[T];
}

/** Any event; a `switch` on `type` narrows `data`. */
export type RelayEvent = { [T in EventType]: RelayEventOf<T> }[EventType];

/** Header of a structured CloudEvent in the NATS binding. */
export const CLOUDEVENT_CONTENT_TYPE = 'application/cloudevents+json';

/** Why this version cannot read a message of the log as an event. */
export type ParseFailure = {
  ok: false;
  reason: 'not_json' | 'not_an_event' | 'unknown_type' | 'newer_version';
};
export type ParseResult = { ok: true; event: RelayEvent } | ParseFailure;

/**
 * Parses the payload of a log message and upcasts an event of a past version. Checks the envelope, not every field of `data`,
 * because the ingestor wrote it.
 */
export function parseEvent(payload: string): ParseResult {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return { ok: false, reason: 'not_json' };
  }
  if (typeof value !== 'object' || value === null) return { ok: false, reason: 'not_an_event' };
  const event = value as Partial<RelayEvent>;
  if (event.specversion !== '1.0' || typeof event.id !== 'string')
    return { ok: false, reason: 'not_an_event' };
  if (!isEventType(event.type)) return { ok: false, reason: 'unknown_type' };
  if (!isSnowflake(event.guildid) || typeof event.data !== 'object' || event.data === null) {
    return { ok: false, reason: 'not_an_event' };
  }
  return inCurrentVersion(event as RelayEvent);
}

function inCurrentVersion(event: RelayEvent): ParseResult {
  const { type, typeversion } = event;
  const current = EVENT_VERSIONS[type];
  if (!Number.isInteger(typeversion) || typeversion > current) return { ok: false, reason: 'newer_version' };
  if (typeversion === current) return { ok: true, event };
  if (typeversion < 1) return { ok: false, reason: 'not_an_event' };
  const data = upcast(type, typeversion, event.data as unknown as JsonObject);
  return { ok: true, event: { ...event, typeversion: current, data } as unknown as RelayEvent };
}
