import {
  isSnowflake,
  type AttachmentState,
  type JsonObject,
  type MessageReference,
  type UserState,
} from '@discord-relay/contracts';
import {
  integerOrNull,
  integerOrZero,
  isFields,
  readList,
  snowflakeOrNull,
  textOrEmpty,
  textOrNull,
  type ReadList,
} from './read-fields.js';
import { sanitizeJsonObject, sanitizeUrl } from './sanitize.js';

const MAX_ATTACHMENTS = 50;
const MAX_EMBEDS = 10;
/** Discord's number for a reference that forwards; what it forwards stays with its author. */
const FORWARD = 1;

export function readUser(value: unknown): UserState | undefined {
  if (!isFields(value) || !isSnowflake(value.id)) return undefined;
  return {
    id: value.id,
    username: textOrEmpty(value.username),
    globalName: textOrNull(value.global_name),
    avatar: textOrNull(value.avatar),
    bot: value.bot === true,
  };
}

export const readAttachments = (value: unknown): ReadList<AttachmentState> =>
  readList(value, readAttachment, MAX_ATTACHMENTS);

function readAttachment(value: unknown): AttachmentState | undefined {
  if (!isFields(value) || !isSnowflake(value.id) || typeof value.url !== 'string') return undefined;
  return {
    id: value.id,
    filename: textOrEmpty(value.filename),
    contentType: textOrNull(value.content_type),
    sizeBytes: integerOrZero(value.size),
    url: sanitizeUrl(value.url),
    width: integerOrNull(value.width),
    height: integerOrNull(value.height),
  };
}

export const readEmbeds = (value: unknown): ReadList<JsonObject> =>
  readList(value, sanitizeJsonObject, MAX_EMBEDS);

/** Ids only: the message referred to is another person's, and a copy of it would outlive its deletion. */
export function readReference(value: unknown): MessageReference | null {
  if (!isFields(value)) return null;
  return {
    type: value.type === FORWARD ? 'forward' : 'default',
    messageId: snowflakeOrNull(value.message_id),
    channelId: snowflakeOrNull(value.channel_id),
    guildId: snowflakeOrNull(value.guild_id),
  };
}
