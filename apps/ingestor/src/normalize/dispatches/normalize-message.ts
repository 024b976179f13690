import {
  MAX_CONTENT_CHARS,
  type MessageMentions,
  type MessagePatch,
  type MessageState,
  type RelayEvent,
  type Snowflake,
  snowflakeTimeMs,
} from '@discord-relay/contracts';
import {
  buildEvent,
  naturalId,
  normalized,
  positionId,
  skip,
  type NormalizeResult,
  type Origin,
} from '../events/normalize-result.js';
import {
  boolean,
  id as anId,
  integer,
  isId,
  list,
  text,
  timestamp,
  wideInteger,
  type Fields,
  type ReadTally,
} from '../fields/read-fields.js';
import {
  components,
  MENTIONS,
  MENTIONS_OF_ALL,
  poll,
  readMentions,
  stickerItems,
} from '../fields/read-message-parts.js';
import { attachments, embeds, readUser, reference } from '../fields/read-message.js';
import { nullableKey, readState, optionalKey, keyWithDefault, type Shape } from '../fields/read-state.js';

/**
 * MESSAGE_CREATE. If the author, content or time is unreadable, it is recorded as an update, so that nothing wrong is shown,
 * and the rest follows when backfill reads the message.
 */
export function messageCreated(origin: Origin, fields: Fields): NormalizeResult {
  const place = readPlace(fields);
  if (!place.ok) return place;
  const tally = { dropped: 0 };
  const { channelId, guildId, id } = place;
  const ids = { id, channelId, guildId };
  const { author, content, createdAt, ...rest } = readMessage(CREATED, fields, tally);
  if (!author || content === undefined) {
    tally.dropped += 1;
    const known = { ...rest, ...(author && { author }), ...(content !== undefined && { content }) };
    return normalized(
      [updated(origin, { ...known, ...(createdAt && { createdAt }), ...ids })],
      tally.dropped,
    );
  }
  const time = createdAt ?? new Date(snowflakeTimeMs(id)).toISOString();
  const data: MessageState = { ...rest, author, content, createdAt: time, ...ids };
  const event = {
    type: 'message.created',
    id: naturalId('message.created', id),
    guildId,
    channelId,
  } as const;
  return normalized([buildEvent(origin, { ...event, time, data })], tally.dropped);
}

/** MESSAGE_UPDATE: only what Discord sent. */
export function messageUpdated(origin: Origin, fields: Fields): NormalizeResult {
  const place = readPlace(fields);
  if (!place.ok) return place;
  const tally = { dropped: 0 };
  const { id, channelId, guildId } = place;
  const patch = readMessage(PATCHED, fields, tally);
  return normalized([updated(origin, { ...patch, id, channelId, guildId })], tally.dropped);
}

/**
 * The event's time is the time of receipt, because `edited_timestamp` does not change when a message is pinned or a link
 * preview is added.
 */
function updated(origin: Origin, data: MessagePatch): RelayEvent {
  const { guildId, channelId } = data;
  const type = 'message.updated';
  return buildEvent(origin, { type, id: positionId(type, origin), guildId, channelId, data });
}

/** MESSAGE_DELETE */
export function messageDeleted(origin: Origin, fields: Fields): NormalizeResult {
  const place = readPlace(fields);
  if (!place.ok) return place;
  const { id, channelId, guildId } = place;
  const eventId = naturalId('message.deleted', id);
  const event = { type: 'message.deleted', id: eventId, guildId, channelId } as const;
  return normalized([buildEvent(origin, { ...event, data: { id, channelId, guildId } })]);
}

/** MESSAGE_DELETE_BULK */
export function messagesBulkDeleted(origin: Origin, fields: Fields): NormalizeResult {
  const { guild_id: guildId, channel_id: channelId } = fields;
  if (guildId === undefined) return skip('not_in_a_guild');
  const tally = { dropped: 0 };
  const ids = list(anId)(fields.ids, tally) ?? [];
  if (!isId(guildId) || !isId(channelId) || ids.length === 0) return skip('malformed');
  const eventId = positionId('message.bulk_deleted', origin);
  const event = { type: 'message.bulk_deleted', id: eventId, guildId, channelId } as const;
  return normalized([buildEvent(origin, { ...event, data: { ids, channelId, guildId } })], tally.dropped);
}

interface MessagePlace {
  ok: true;
  id: Snowflake;
  channelId: Snowflake;
  guildId: Snowflake;
}

function readPlace(fields: Fields): MessagePlace | ReturnType<typeof skip> {
  const { id, channel_id: channelId, guild_id: guildId } = fields;
  if (guildId === undefined) return skip('not_in_a_guild');
  if (!isId(id) || !isId(channelId) || !isId(guildId)) return skip('malformed');
  return { ok: true, id, channelId, guildId };
}

type PatchFields = Omit<MessagePatch, 'id' | 'channelId' | 'guildId'>;
interface MessageShape {
  parts: Shape<Omit<PatchFields, 'mentions'>>;
  mentions: Shape<MessageMentions>;
}

/** In an update, an omitted key means "unchanged". */
const PATCHED_PARTS: MessageShape['parts'] = {
  author: optionalKey('author', readUser),
  content: optionalKey('content', text(MAX_CONTENT_CHARS)),
  createdAt: optionalKey('timestamp', timestamp),
  editedAt: nullableKey('edited_timestamp', timestamp),
  messageType: optionalKey('type', integer),
  flags: optionalKey('flags', wideInteger),
  pinned: optionalKey('pinned', boolean),
  webhookId: nullableKey('webhook_id', anId),
  attachments: optionalKey('attachments', attachments),
  embeds: optionalKey('embeds', embeds),
  components: optionalKey('components', components),
  stickerItems: optionalKey('sticker_items', stickerItems),
  poll: nullableKey('poll', poll),
  reference: nullableKey('message_reference', reference),
};

/** In a whole message, Discord omits keys that have no value. */
const CREATED_PARTS: MessageShape['parts'] = {
  ...PATCHED_PARTS,
  flags: keyWithDefault('flags', wideInteger, 0),
  webhookId: keyWithDefault('webhook_id', anId, null),
  components: keyWithDefault('components', components, []),
  stickerItems: keyWithDefault('sticker_items', stickerItems, []),
  poll: keyWithDefault('poll', poll, null),
  reference: keyWithDefault('message_reference', reference, null),
};

const PATCHED: MessageShape = { parts: PATCHED_PARTS, mentions: MENTIONS };
const CREATED: MessageShape = { parts: CREATED_PARTS, mentions: MENTIONS_OF_ALL };

function readMessage(shape: MessageShape, fields: Fields, tally: ReadTally): PatchFields {
  const mentions = readMentions(shape.mentions, fields, tally);
  return { ...readState(shape.parts, fields, tally), ...(mentions && { mentions }) };
}
