import {
  type ImportedMessage,
  type MessageReference,
  type PollState,
  type ReactionCount,
  type Snowflake,
  snowflakeTimeMs,
  type StickerItem,
  type UserState,
} from '@discord-relay/contracts';
import { MAX_CONTENT_CHARS, type ReadTally } from '@discord-relay/contracts';
import type { ExportHeader } from './read-header.js';
import { readAttachment } from './read-attachment.js';
import { readEmbeds } from './read-embeds.js';
import { fieldsIn, type Fields, idIn, isFields, listIn, numberIn, textIn, timeIn } from './read-values.js';
import { withoutSentence } from './system-sentences.js';
import { MESSAGE_TYPES, numberOf, STICKER_FORMATS, THREAD_STARTER } from '@discord-relay/export';

const MAX_ATTACHMENTS = 50;
const MAX_STICKERS = 10;
const MAX_MENTIONS = 500;
const MAX_REACTIONS = 100;
const MAX_ANSWERS = 32;
const DAY_MS = 86_400_000;

/** Why a message is not imported, as stable names. */
export type SkipReason =
  /** No message with an id and an author. */
  | 'unreadable'
  /** The id belongs to a time in the future. */
  | 'impossible_time'
  /** At the beginning of a thread: the message from which it was made, which belongs to another channel. */
  | 'thread_starter'
  /** It is larger than the log allows. */
  | 'too_large'
  /** The log has it from Discord. */
  | 'observed'
  /** The log has it from an earlier import. */
  | 'imported_before';

/** Parts of a message that the log does not get, as stable names. */
export interface LeftOut {
  /** Reactions whose users the export does not name. */
  reactionsWithoutUsers: number;
  /** Copies of forwarded messages; only the reference is kept. */
  forwardedCopies: number;
  /** Commands that messages answer. */
  interactions: number;
  /** Types without a known number. */
  unknownTypes: number;
  /** Parts that were unreadable or exceeded a limit. */
  unreadableParts: number;
}

export const nothingLeftOut = (): LeftOut => ({
  reactionsWithoutUsers: 0,
  forwardedCopies: 0,
  interactions: 0,
  unknownTypes: 0,
  unreadableParts: 0,
});

export type MessageResult = { ok: true; message: ImportedMessage } | { ok: false; reason: SkipReason };

/** Reads a message of an export, of any version of the exporter. Pure; adds to `left` what the message loses. */
export function readMessage(
  value: unknown,
  header: ExportHeader,
  nowMs: number,
  left: LeftOut,
): MessageResult {
  if (!isFields(value)) return { ok: false, reason: 'unreadable' };
  const id = idIn(value.id);
  const tally: ReadTally = { dropped: 0 };
  const author = readUser(value.author, tally);
  if (!id || !author) return { ok: false, reason: 'unreadable' };
  const idMs = snowflakeTimeMs(id);
  if (idMs > nowMs + DAY_MS) return { ok: false, reason: 'impossible_time' };
  const type = numberOf(MESSAGE_TYPES, value.type);
  if (type === THREAD_STARTER) return { ok: false, reason: 'thread_starter' };
  const { guildId, channelId, exportedAt } = header;
  const isForward = isFields(value.forwardedMessage);
  // One literal and assignments: spreading costs more than everything else here.
  const message: ImportedMessage = {
    exportedAt,
    id,
    channelId,
    guildId,
    author,
    content: textIn(withoutSentence(value.content, type), tally, MAX_CONTENT_CHARS) ?? '',
    createdAt: timeIn(value.timestamp) ?? new Date(idMs).toISOString(),
    editedAt: timeIn(value.timestampEdited) ?? null,
    attachments: readList(value.attachments, MAX_ATTACHMENTS, tally, (each) =>
      readAttachment(each, channelId, tally),
    ),
    embeds: readEmbeds(value.embeds, tally),
    stickerItems: readList(value.stickers, MAX_STICKERS, tally, (each) => readSticker(each, tally)),
    mentions: { users: readList(value.mentions, MAX_MENTIONS, tally, (each) => idIn(fieldsIn(each).id)) },
    reference: readReference(value.reference, isForward),
    reactions: readList(value.reactions, MAX_REACTIONS, tally, (each) => readReaction(each, tally, left)),
  };
  if (type !== undefined) message.messageType = type;
  if (typeof value.isPinned === 'boolean') message.pinned = value.isPinned;
  if (isFields(value.poll)) message.poll = readPoll(value.poll, tally);
  if (type === undefined) left.unknownTypes += 1;
  if (isForward) left.forwardedCopies += 1;
  if (isFields(value.interaction)) left.interactions += 1;
  left.unreadableParts += tally.dropped;
  return { ok: true, message };
}

/** The readable items, at most `max`; the others are counted. */
function readList<T>(
  value: unknown,
  max: number,
  tally: ReadTally,
  read: (each: unknown) => T | undefined,
): T[] {
  const items: T[] = [];
  for (const each of listIn(value)) {
    const item = items.length < max ? read(each) : undefined;
    if (item === undefined) tally.dropped += 1;
    else items.push(item);
  }
  return items;
}

/** What an exported message has as the addresses of those attachments that the message got: paths, if the export has the files. */
export function urlsOfAttachments(
  value: unknown,
  { attachments = [] }: ImportedMessage,
): Map<Snowflake, unknown> {
  const taken = new Set(attachments.map(({ id }) => id));
  const urls = new Map<Snowflake, unknown>();
  for (const each of listIn(fieldsIn(value).attachments)) {
    const { id, url } = fieldsIn(each);
    const attachmentId = idIn(id);
    if (attachmentId && taken.has(attachmentId)) urls.set(attachmentId, url);
  }
  return urls;
}

const AVATAR = /^https:\/\/cdn\.discordapp\.com\/avatars\/\d+\/(\w{1,64})\./;

/** The name in the server that the export shows becomes the display name: exports do not distinguish them. */
function readUser(value: unknown, tally: ReadTally): UserState | undefined {
  const { id, name, nickname, isBot, avatarUrl } = fieldsIn(value);
  const userId = idIn(id);
  if (!userId) return undefined;
  const username = textIn(name, tally);
  const shown = textIn(nickname, tally);
  const user: UserState = { id: userId };
  if (username !== undefined) user.username = username;
  if (shown !== undefined) user.globalName = shown === username ? null : shown;
  if (typeof avatarUrl === 'string') user.avatar = AVATAR.exec(avatarUrl)?.[1] ?? null;
  if (typeof isBot === 'boolean') user.bot = isBot;
  return user;
}

function readSticker(value: unknown, tally: ReadTally): StickerItem | undefined {
  const { id, name, format } = fieldsIn(value);
  const stickerId = idIn(id);
  if (!stickerId) return undefined;
  return {
    id: stickerId,
    name: textIn(name, tally) ?? '',
    formatType: numberOf(STICKER_FORMATS, format) ?? 0,
  };
}

/** Before references had a type, a reference with a copy of its message was a forward, too. */
function readReference(value: unknown, isForward: boolean): MessageReference | null {
  if (!isFields(value)) return null;
  return {
    type: value.type === 'Forward' || isForward ? 'forward' : 'default',
    messageId: idIn(value.messageId) ?? null,
    channelId: idIn(value.channelId) ?? null,
    guildId: idIn(value.guildId) ?? null,
  };
}

function readReaction(value: unknown, tally: ReadTally, left: LeftOut): ReactionCount | undefined {
  const { emoji, count, users } = fieldsIn(value);
  const { id, name, isAnimated } = fieldsIn(emoji);
  const key = { id: idIn(id) ?? null, name: textIn(name, tally) ?? null };
  if (key.id === null && key.name === null) return undefined;
  const userIds = [...new Set(listIn(users).flatMap((user) => idIn(fieldsIn(user).id) ?? []))];
  const total = Math.max(numberIn(count) ?? 0, userIds.length);
  left.reactionsWithoutUsers += total - userIds.length;
  return { emoji: { ...key, animated: isAnimated === true }, count: total, burstCount: 0, userIds };
}

/** Some exporters add polls. Votes are not taken over, because only observed ones can be kept up to date. */
function readPoll(poll: Fields, tally: ReadTally): PollState | null {
  const { question, answers, expiry, expiresAt, allowMultiselect } = poll;
  const items = readList(answers, MAX_ANSWERS, tally, (each) => {
    const { id, text, emoji } = fieldsIn(each);
    const answerId = numberIn(Number(id));
    if (answerId === undefined) return undefined;
    const { id: emojiId, name, isAnimated } = fieldsIn(emoji);
    const key = {
      id: idIn(emojiId) ?? null,
      name: textIn(name, tally) ?? null,
      animated: isAnimated === true,
    };
    const hasEmoji = key.id !== null || key.name !== null;
    return { id: answerId, text: textIn(text, tally) ?? null, emoji: hasEmoji ? key : null };
  });
  if (items.length === 0) return null;
  return {
    question: textIn(isFields(question) ? question.text : question, tally) ?? null,
    answers: items,
    expiresAt: timeIn(expiresAt ?? expiry) ?? null,
    multiselect: allowMultiselect === true,
    results: null,
  };
}
