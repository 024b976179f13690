import {
  type AttachmentState,
  type JsonObject,
  type MessageReference,
  sanitizeJsonObject,
  sanitizeUrl,
  type UserState,
} from '@discord-relay/contracts';
import {
  boolean,
  id as anId,
  integer,
  isFields,
  isId,
  list,
  text,
  wideInteger,
  valueOf,
  type Read,
} from './read-fields.js';
import { nullableKey, readOne, readState, optionalKey, keyWithDefault, type Shape } from './read-state.js';

const MAX_ATTACHMENTS = 50;
const MAX_EMBEDS = 10;
const MAX_DESCRIPTION_CHARS = 1_024;
/** Discord's number for a reference that forwards. The forwarded content is not recorded. */
const FORWARD = 1;

const USER: Shape<Omit<UserState, 'id'>> = {
  username: optionalKey('username', text()),
  globalName: nullableKey('global_name', text()),
  avatar: nullableKey('avatar', text()),
  bot: keyWithDefault('bot', boolean, false),
};

/** A user; undefined without a usable id. */
export const readUser: Read<UserState> = (value, tally) =>
  isFields(value) && isId(value.id) ? { ...readState(USER, value, tally), id: value.id } : undefined;

const readAttachment: Read<AttachmentState> = (value, tally) => {
  if (!isFields(value) || !isId(value.id) || typeof value.url !== 'string') return undefined;
  const description = valueOf(text(MAX_DESCRIPTION_CHARS), value.description, tally);
  return {
    id: value.id,
    filename: valueOf(text(), value.filename, tally) ?? '',
    contentType: valueOf(text(), value.content_type, tally) ?? null,
    sizeBytes: valueOf(wideInteger, value.size, tally) ?? 0,
    url: sanitizeUrl(value.url, tally),
    width: valueOf(integer, value.width, tally) ?? null,
    height: valueOf(integer, value.height, tally) ?? null,
    ...(description ? { description } : {}),
  };
};

export const attachments = list(readAttachment, MAX_ATTACHMENTS);

export const embeds: Read<JsonObject[]> = list(sanitizeJsonObject, MAX_EMBEDS);

/** Ids only: the other message belongs to another person, and a copy of it would outlive its deletion. */
export const reference: Read<MessageReference> = (value, tally) => {
  if (!isFields(value)) return undefined;
  const idUnder = (key: string) => readOne(keyWithDefault(key, anId, null), value, tally) ?? null;
  return {
    type: value.type === FORWARD ? 'forward' : 'default',
    messageId: idUnder('message_id'),
    channelId: idUnder('channel_id'),
    guildId: idUnder('guild_id'),
  };
};
