import {
  type JsonObject,
  type MessageMentions,
  type PollAnswer,
  type PollResults,
  type PollState,
  sanitizeJsonObject,
  type Snowflake,
  type StickerItem,
} from '@discord-relay/contracts';
import { emoji } from './read-emoji.js';
import {
  boolean,
  id as anId,
  integer,
  isFields,
  isId,
  list,
  object,
  text,
  timestamp,
  valueOf,
  type Fields,
  type Read,
  type ReadTally,
} from './read-fields.js';
import { readOne, readState, optionalKey, keyWithDefault, nestedFields, type Shape } from './read-state.js';

const MAX_COMPONENTS = 40;
const MAX_STICKERS = 10;
const MAX_POLL_ANSWERS = 32;
const MAX_MENTIONS = 500;

/** Discord limits components like embeds: a few levels of nesting, some kilobytes. */
export const components: Read<JsonObject[]> = list(sanitizeJsonObject, MAX_COMPONENTS);

const readStickerItem: Read<StickerItem> = (value, tally) => {
  if (!isFields(value) || !isId(value.id)) return undefined;
  const { name, format_type: formatType } = value;
  return {
    id: value.id,
    name: valueOf(text(), name, tally) ?? '',
    formatType: valueOf(integer, formatType, tally) ?? 0,
  };
};

export const stickerItems = list(readStickerItem, MAX_STICKERS);

/** A poll; undefined if it has no readable answers. */
export const poll: Read<PollState> = (value, tally) => {
  if (!isFields(value)) return undefined;
  const answers = list(readPollAnswer, MAX_POLL_ANSWERS)(value.answers, tally);
  if (!answers) return undefined;
  return {
    question: valueOf(text(), nestedFields(value, 'question', tally).text, tally) ?? null,
    answers,
    expiresAt: readOne(keyWithDefault('expiry', timestamp, null), value, tally) ?? null,
    multiselect: value.allow_multiselect === true,
    results: readPollResults(value, tally),
  };
};

const readPollAnswer: Read<PollAnswer> = (value, tally) => {
  const id = isFields(value) ? valueOf(integer, value.answer_id, tally) : undefined;
  if (!isFields(value) || id === undefined) return undefined;
  const media = nestedFields(value, 'poll_media', tally);
  return {
    id,
    text: valueOf(text(), media.text, tally) ?? null,
    emoji: readOne(optionalKey('emoji', emoji), media, tally) ?? null,
  };
};

/** null: unknown. One unreadable count makes all of them unknown, because an omitted answer has no votes. */
function readPollResults(poll: Fields, tally: ReadTally): PollResults | null {
  const results = readOne(keyWithDefault('results', object, null), poll, tally);
  if (!results) return null;
  const left = { dropped: 0 };
  const counts = list(readAnswerCount, MAX_POLL_ANSWERS)(results.answer_counts, left);
  tally.dropped += left.dropped;
  if (!counts || left.dropped > 0) return null;
  return { finalized: results.is_finalized === true, counts };
}

const readAnswerCount: Read<PollResults['counts'][number]> = (value, tally) => {
  if (!isFields(value)) return undefined;
  const answerId = valueOf(integer, value.id, tally);
  const count = valueOf(integer, value.count, tally);
  return answerId === undefined || count === undefined ? undefined : { answerId, count };
};

const mentionedId: Read<Snowflake> = (value) => (isFields(value) && isId(value.id) ? value.id : undefined);

/** Ids only, because the embedded users are other people. */
export const MENTIONS: Shape<MessageMentions> = {
  users: optionalKey('mentions', list(mentionedId, MAX_MENTIONS)),
  roles: optionalKey('mention_roles', list(anId, MAX_MENTIONS)),
  channels: optionalKey('mention_channels', list(mentionedId, MAX_MENTIONS)),
  everyone: optionalKey('mention_everyone', boolean),
};

/** In a whole message, Discord omits keys that have no value. */
export const MENTIONS_OF_ALL: Shape<MessageMentions> = {
  ...MENTIONS,
  channels: keyWithDefault('mention_channels', list(mentionedId, MAX_MENTIONS), []),
};

/** The mentions that a message contains; undefined if it has no such keys. */
export function readMentions(
  shape: Shape<MessageMentions>,
  fields: Fields,
  tally: ReadTally,
): Partial<MessageMentions> | undefined {
  const mentions = readState(shape, fields, tally);
  return Object.keys(mentions).length > 0 ? mentions : undefined;
}
