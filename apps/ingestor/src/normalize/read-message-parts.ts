import {
  isSnowflake,
  type JsonObject,
  type MessageMentions,
  type PollAnswer,
  type PollResults,
  type PollState,
  type Snowflake,
  type StickerItem,
} from '@discord-relay/contracts';
import { readEmoji } from './read-emoji.js';
import {
  integerOrNull,
  integerOrZero,
  isFields,
  readIds,
  readList,
  textOrEmpty,
  textOrNull,
  timestampOrNull,
  type Fields,
  type ReadList,
} from './read-fields.js';
import { sanitizeJsonObject } from './sanitize.js';

const MAX_COMPONENTS = 40;
const MAX_STICKERS = 10;
const MAX_POLL_ANSWERS = 32;
const MAX_MENTIONS = 500;

/** Discord bounds components like embeds: few levels deep, some kilobytes. */
export const readComponents = (value: unknown): ReadList<JsonObject> =>
  readList(value, sanitizeJsonObject, MAX_COMPONENTS);

export const readStickerItems = (value: unknown): ReadList<StickerItem> =>
  readList(value, readStickerItem, MAX_STICKERS);

function readStickerItem(value: unknown): StickerItem | undefined {
  if (!isFields(value) || !isSnowflake(value.id)) return undefined;
  return { id: value.id, name: textOrEmpty(value.name), formatType: integerOrZero(value.format_type) };
}

/** A poll, or null when there is none or it has no answers to read. */
export function readPoll(value: unknown): PollState | null {
  if (!isFields(value) || !Array.isArray(value.answers)) return null;
  return {
    question: isFields(value.question) ? textOrNull(value.question.text) : null,
    answers: readList(value.answers, readPollAnswer, MAX_POLL_ANSWERS).items,
    expiresAt: timestampOrNull(value.expiry),
    multiselect: value.allow_multiselect === true,
    results: readPollResults(value.results),
  };
}

function readPollAnswer(value: unknown): PollAnswer | undefined {
  if (!isFields(value)) return undefined;
  const id = integerOrNull(value.answer_id);
  if (id === null) return undefined;
  const media = isFields(value.poll_media) ? value.poll_media : {};
  return { id, text: textOrNull(media.text), emoji: readEmoji(media.emoji) ?? null };
}

function readPollResults(value: unknown): PollResults | null {
  if (!isFields(value)) return null;
  const counts = readList(value.answer_counts, readAnswerCount, MAX_POLL_ANSWERS).items;
  return { finalized: value.is_finalized === true, counts };
}

function readAnswerCount(value: unknown): PollResults['counts'][number] | undefined {
  if (!isFields(value)) return undefined;
  const answerId = integerOrNull(value.id);
  return answerId === null ? undefined : { answerId, count: integerOrZero(value.count) };
}

/** Keys that say whom a message mentions; Discord sends them together. */
export const MENTION_KEYS = ['mentions', 'mention_roles', 'mention_channels', 'mention_everyone'] as const;

/** Ids only: the users that Discord embeds are other people. */
export function readMentions(fields: Fields): MessageMentions {
  return {
    users: readList(fields.mentions, idOf, MAX_MENTIONS).items,
    roles: readIds(fields.mention_roles, MAX_MENTIONS).items,
    channels: readList(fields.mention_channels, idOf, MAX_MENTIONS).items,
    everyone: fields.mention_everyone === true,
  };
}

const idOf = (value: unknown): Snowflake | undefined =>
  isFields(value) && isSnowflake(value.id) ? value.id : undefined;
