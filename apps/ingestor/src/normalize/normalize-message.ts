import {
  isSnowflake,
  snowflakeTimeMs,
  type MessagePatch,
  type MessageState,
  type Snowflake,
} from '@discord-relay/contracts';
import {
  buildEvent,
  naturalId,
  normalized,
  positionId,
  skip,
  type NormalizeResult,
  type Origin,
} from './normalize-result.js';
import {
  integerOrZero,
  readIds,
  snowflakeOrNull,
  textOrEmpty,
  timestampOrNull,
  type Fields,
} from './read-fields.js';
import {
  MENTION_KEYS,
  readComponents,
  readMentions,
  readPoll,
  readStickerItems,
} from './read-message-parts.js';
import { readAttachments, readEmbeds, readReference, readUser } from './read-message.js';
import { MAX_CONTENT_CHARS } from './sanitize.js';

/** MESSAGE_CREATE */
export function messageCreated(origin: Origin, fields: Fields): NormalizeResult {
  const place = readPlace(fields);
  if (!place.ok) return place;
  const author = readUser(fields.author);
  if (!author) return skip('malformed');
  const lists = readLists(fields);
  const { id, channelId, guildId } = place;
  const message: MessageState = {
    id,
    channelId,
    guildId,
    author,
    content: textOrEmpty(fields.content, MAX_CONTENT_CHARS),
    createdAt: createdAt(id, fields.timestamp),
    editedAt: timestampOrNull(fields.edited_timestamp),
    messageType: integerOrZero(fields.type),
    flags: integerOrZero(fields.flags),
    pinned: fields.pinned === true,
    webhookId: snowflakeOrNull(fields.webhook_id),
    attachments: lists.attachments.items,
    embeds: lists.embeds.items,
    components: lists.components.items,
    stickerItems: lists.stickerItems.items,
    poll: readPoll(fields.poll),
    mentions: readMentions(fields),
    reference: readReference(fields.message_reference),
  };
  const eventId = naturalId('message.created', id);
  const event = {
    type: 'message.created',
    id: eventId,
    guildId,
    channelId,
    time: message.createdAt,
  } as const;
  return normalized([buildEvent(origin, { ...event, data: message })], droppedOf(lists));
}

/**
 * MESSAGE_UPDATE: only what Discord sent. The event's time is that of arrival, because `edited_timestamp` does not
 * change when a message is pinned or a link unfolds.
 */
export function messageUpdated(origin: Origin, fields: Fields): NormalizeResult {
  const place = readPlace(fields);
  if (!place.ok) return place;
  const { id, channelId, guildId } = place;
  const { patch, droppedParts } = readPatch(id, fields);
  const eventId = positionId('message.updated', origin);
  const event = { type: 'message.updated', id: eventId, guildId, channelId } as const;
  return normalized(
    [buildEvent(origin, { ...event, data: { ...patch, id, channelId, guildId } })],
    droppedParts,
  );
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
  const ids = readIds(fields.ids);
  if (!isSnowflake(guildId) || !isSnowflake(channelId) || ids.items.length === 0) return skip('malformed');
  const eventId = positionId('message.bulk_deleted', origin);
  const event = { type: 'message.bulk_deleted', id: eventId, guildId, channelId } as const;
  const data = { ids: ids.items, channelId, guildId };
  return normalized([buildEvent(origin, { ...event, data })], ids.dropped);
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
  if (!isSnowflake(id) || !isSnowflake(channelId) || !isSnowflake(guildId)) return skip('malformed');
  return { ok: true, id, channelId, guildId };
}

const createdAt = (id: Snowflake, timestamp: unknown): string =>
  timestampOrNull(timestamp) ?? new Date(snowflakeTimeMs(id)).toISOString();

type PatchFields = Omit<MessagePatch, 'id' | 'channelId' | 'guildId'>;

/** Discord's key -> the patch it makes, or undefined when its value has another shape than documented. */
const PATCH_READERS: Readonly<Record<string, (value: unknown, id: Snowflake) => PatchFields | undefined>> = {
  author: (value) => defined('author', readUser(value)),
  content: (value) =>
    typeof value === 'string' ? { content: textOrEmpty(value, MAX_CONTENT_CHARS) } : undefined,
  timestamp: (value, id) => ({ createdAt: createdAt(id, value) }),
  edited_timestamp: (value) =>
    value === null ? { editedAt: null } : defined('editedAt', timestampOrNull(value) ?? undefined),
  type: (value) => (Number.isSafeInteger(value) ? { messageType: integerOrZero(value) } : undefined),
  flags: (value) => (Number.isSafeInteger(value) ? { flags: integerOrZero(value) } : undefined),
  pinned: (value) => (typeof value === 'boolean' ? { pinned: value } : undefined),
  webhook_id: (value) => ({ webhookId: snowflakeOrNull(value) }),
  message_reference: (value) => ({ reference: readReference(value) }),
  poll: (value) => ({ poll: readPoll(value) }),
};

const defined = <K extends keyof PatchFields>(key: K, value: PatchFields[K]): PatchFields | undefined =>
  value === undefined ? undefined : { [key]: value };

/** Unreadable values leave their key out, which says "unchanged", and are counted. */
function readPatch(id: Snowflake, fields: Fields): { patch: PatchFields; droppedParts: number } {
  const patch: PatchFields = {};
  let droppedParts = 0;
  for (const [key, read] of Object.entries(PATCH_READERS)) {
    if (fields[key] === undefined) continue;
    const part = read(fields[key], id);
    if (part) Object.assign(patch, part);
    else droppedParts += 1;
  }
  const lists = readPatchLists(fields);
  return { patch: { ...patch, ...lists.patch }, droppedParts: droppedParts + lists.droppedParts };
}

function readPatchLists(fields: Fields): { patch: PatchFields; droppedParts: number } {
  const patch: PatchFields = {};
  const lists = readLists(fields);
  if (Array.isArray(fields.attachments)) patch.attachments = lists.attachments.items;
  if (Array.isArray(fields.embeds)) patch.embeds = lists.embeds.items;
  if (Array.isArray(fields.components)) patch.components = lists.components.items;
  if (Array.isArray(fields.sticker_items)) patch.stickerItems = lists.stickerItems.items;
  if (MENTION_KEYS.some((key) => fields[key] !== undefined)) patch.mentions = readMentions(fields);
  return { patch, droppedParts: droppedOf(lists) };
}

const readLists = (fields: Fields) => ({
  attachments: readAttachments(fields.attachments),
  embeds: readEmbeds(fields.embeds),
  components: readComponents(fields.components),
  stickerItems: readStickerItems(fields.sticker_items),
});

const droppedOf = (lists: ReturnType<typeof readLists>): number =>
  Object.values(lists).reduce((sum, { dropped }) => sum + dropped, 0);
