import type {
  EmojiKey,
  EventDataByType,
  EventType,
  MessageState,
  RelayEvent,
  RelayEventOf,
  Snowflake,
} from '@discord-relay/contracts';
import { normalize } from '../../normalize/normalize.js';
import { buildEvent, type Origin } from '../../normalize/events/normalize-result.js';
import {
  integerOrZero,
  isFields,
  readList,
  snowflakeOrNull,
  textOrNull,
  type Fields,
  type ReadTally,
} from '../../normalize/fields/read-fields.js';
import { fingerprintDigest, fingerprintOf, reactionKey, type KnownMessage } from './known-messages.js';

/** The guild and gap of a message of history, and when it was read. */
export interface HistoryOrigin {
  guildId: Snowflake;
  gapId: string;
  shardId: number;
  /** ISO 8601. */
  receivedAt: string;
}

/** The reactions with one emoji on a message, without their users. */
export interface ReactionSummary {
  emoji: EmojiKey;
  count: number;
  burstCount: number;
}

/** A message as read from the REST API. */
export interface HistoryMessage {
  state: MessageState;
  created: RelayEvent;
  reactions: ReactionSummary[];
  fields: Fields;
  /** Number of parts that were unreadable or exceeded a limit. */
  droppedParts: number;
}

/** An event, and the number of parts of its source that were unreadable or exceeded a limit. */
export interface HistoryEvent<T extends EventType> {
  event: RelayEventOf<T>;
  droppedParts: number;
}

const originOf = ({ shardId, receivedAt }: HistoryOrigin): Origin => ({
  shardId,
  receivedAt,
  sessionId: 'backfill',
  sequence: 0,
});

interface HistoryEventParts<T extends EventType> {
  type: T;
  id: string;
  channelId?: Snowflake;
  data: EventDataByType[T];
}

/** An event that backfill writes. */
export function historyEvent<T extends EventType>(
  origin: HistoryOrigin,
  parts: HistoryEventParts<T>,
): RelayEvent {
  const event = buildEvent(originOf(origin), { ...parts, guildId: origin.guildId });
  return { ...event, source: 'discord-backfill' };
}

/** The event that a dispatch with these fields would have become, with backfill as its source; undefined when unreadable. */
export function eventOfHistory<T extends EventType>(
  type: T,
  t: string,
  fields: Fields,
  origin: HistoryOrigin,
): HistoryEvent<T> | undefined {
  const dispatch = { t, s: 0, d: { ...fields, guild_id: origin.guildId } };
  const result = normalize(dispatch, originOf(origin));
  if (!result.ok) return undefined;
  const { events, droppedParts } = result;
  const event = events.find((each) => each.type === type);
  return event && { event: { ...event, source: 'discord-backfill' } as RelayEventOf<T>, droppedParts };
}

/** Parses a message of a history page; undefined when unreadable. */
export function readHistoryMessage(fields: Fields, origin: HistoryOrigin): HistoryMessage | undefined {
  const found = eventOfHistory('message.created', 'MESSAGE_CREATE', fields, origin);
  if (!found) return undefined;
  const { event: created, droppedParts } = found;
  const { items: reactions, dropped } = readList(fields.reactions, readReaction);
  return { state: created.data, created, reactions, fields, droppedParts: droppedParts + dropped };
}

/** The event that updates a known message to its state in history. Its id contains the time of the edit or, without an edit, a digest. */
export function updateOfHistory(
  message: HistoryMessage,
  known: KnownMessage,
  origin: HistoryOrigin,
): RelayEvent | undefined {
  const event = eventOfHistory('message.updated', 'MESSAGE_UPDATE', message.fields, origin)?.event;
  if (!event) return undefined;
  const { id, editedAt } = message.state;
  const revision =
    editedAt !== known.fingerprint.editedAt && editedAt
      ? editedAt
      : fingerprintDigest(fingerprintOf(message.state));
  return { ...event, id: `message.updated:backfill:${id}:${revision}` };
}

export function differsFromLog({ state }: HistoryMessage, { fingerprint }: KnownMessage): boolean {
  const now = fingerprintOf(state);
  const keys = Object.keys(now) as (keyof typeof now)[];
  return keys.some((key) => fingerprint[key] !== now[key]);
}

/**
 * Whether the counts differ. Equal counts of different users are not detected, because that would take a request for each emoji of
 * each message; gap.closed reports this limit (`reactions_exchanged`).
 */
export function reactionsDiffer({ reactions }: HistoryMessage, known: KnownMessage | undefined): boolean {
  const counts = new Map<string, number>();
  for (const { emoji, count, burstCount } of reactions) {
    counts.set(reactionKey(emoji, false), count - burstCount);
    counts.set(reactionKey(emoji, true), burstCount);
  }
  const keys = new Set([...counts.keys(), ...(known?.reactions.keys() ?? [])]);
  return [...keys].some((key) => (counts.get(key) ?? 0) !== (known?.reactions.get(key)?.size ?? 0));
}

function readReaction(value: unknown, tally: ReadTally): ReactionSummary | undefined {
  if (!isFields(value) || !isFields(value.emoji)) return undefined;
  const details = isFields(value.count_details) ? value.count_details : {};
  return {
    emoji: {
      id: snowflakeOrNull(value.emoji.id),
      name: textOrNull(value.emoji.name, tally),
      animated: value.emoji.animated === true,
    },
    count: integerOrZero(value.count, tally),
    burstCount: integerOrZero(details.burst, tally),
  };
}
