import type {
  AttachmentState,
  ExportColumnName,
  JsonObject,
  MessageMentions,
  MessageReference,
  PollState,
  RestExportDetails,
  StickerItem,
} from '@discord-relay/contracts';
import { CHANNEL_TYPES, MESSAGE_TYPES, STICKER_FORMATS, wordOf } from './dce-words.js';
import { dceEmbed } from './dce-embeds.js';

const CDN = 'https://cdn.discordapp.com';
/** Discord has six avatars for users without one. */
const DEFAULT_AVATARS = 6n;

interface Known {
  id: string;
  guild_id: string;
  channel_id: string;
  channel_name: string | null;
  channel_type: number | null;
  parent_id: string | null;
  author_id: string;
  author_name: string | null;
  author_bot: boolean | null;
  created_at: string;
  edited_at: string | null;
  type: number | null;
  pinned: boolean | null;
  content: string;
  attachments: AttachmentState[] | null;
  embeds: JsonObject[] | null;
  stickers: StickerItem[] | null;
  poll: PollState | null;
  mentions: MessageMentions | null;
  reference: MessageReference | null;
}

/** The columns of an export by name, and its details. */
export type DceRow = Known &
  Partial<Record<Exclude<ExportColumnName, keyof Known>, unknown>> & {
    details: RestExportDetails | null;
  };

/** The fields before the messages. */
export const dceHeader = (row: DceRow): object => ({
  guild: { id: row.guild_id, name: row.details?.guildName ?? '', iconUrl: '' },
  channel: {
    id: row.channel_id,
    type: wordOf(CHANNEL_TYPES, row.channel_type ?? 0),
    categoryId: row.parent_id,
    category: row.details?.parentName ?? null,
    name: row.channel_name ?? '',
    topic: row.details?.topic || null,
  },
  dateRange: { after: null, before: null },
});

export function dceMessage(row: DceRow): object {
  const { reference, poll, mentions } = row;
  return {
    id: row.id,
    type: wordOf(MESSAGE_TYPES, row.type ?? 0),
    timestamp: withOffset(row.created_at),
    timestampEdited: row.edited_at && withOffset(row.edited_at),
    callEndedTimestamp: null,
    isPinned: row.pinned ?? false,
    content: row.content,
    author: authorOf(row),
    attachments: (row.attachments ?? []).map(attachmentOf),
    embeds: (row.embeds ?? []).flatMap((embed) => dceEmbed(embed, timeOf) ?? []),
    stickers: (row.stickers ?? []).map(stickerOf),
    reactions: (row.details?.reactions ?? []).map(reactionOf),
    mentions: (mentions?.users ?? []).map((id) => userOf(id, null, null, false)),
    ...(reference && { reference: referenceOf(reference) }),
    // Not part of the format, but kept by `relay import` and ignored by other programs.
    ...(poll && { poll: pollOf(poll) }),
    inlineEmojis: [],
  };
}

/** The exporter writes UTC as an offset. */
const withOffset = (time: string): string => time.replace(/Z$/, '+00:00');

function timeOf(time: string): string | null {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? null : withOffset(new Date(ms).toISOString());
}

function authorOf({ author_id, author_name, author_bot, details }: DceRow): object {
  const { globalName = null, avatar = null } = details?.author ?? {};
  return { ...userOf(author_id, author_name, globalName, author_bot ?? false, avatar), roles: [] };
}

const userOf = (
  id: string,
  name: string | null,
  globalName: string | null,
  isBot: boolean,
  avatar: string | null = null,
): object => ({
  id,
  name: name ?? '',
  discriminator: '0000',
  nickname: globalName || name || '',
  color: null,
  isBot,
  avatarUrl: avatar === null ? defaultAvatar(id) : `${CDN}/avatars/${id}/${avatar}.png?size=512`,
});

const defaultAvatar = (id: string): string =>
  `${CDN}/embed/avatars/${(BigInt(id) >> 22n) % DEFAULT_AVATARS}.png`;

const attachmentOf = ({ id, url, filename, sizeBytes }: AttachmentState): object => ({
  id,
  url,
  fileName: filename,
  fileSizeBytes: sizeBytes,
});

const stickerOf = ({ id, name, formatType }: StickerItem): object => ({
  id,
  name,
  format: wordOf(STICKER_FORMATS, formatType),
  sourceUrl: `${CDN}/stickers/${id}.${formatType === LOTTIE ? 'json' : formatType === GIF ? 'gif' : 'png'}`,
});

const LOTTIE = 3;
const GIF = 4;

/** The read models have no name of a server's own emoji. */
function reactionOf({ emoji, userIds }: NonNullable<RestExportDetails['reactions']>[number]): object {
  const isCustom = /^\d+$/.test(emoji);
  const name = isCustom ? '' : emoji;
  const imageUrl = isCustom ? `${CDN}/emojis/${emoji}.png` : '';
  return {
    emoji: { id: isCustom ? emoji : '', name, code: name, isAnimated: false, imageUrl },
    count: userIds.length,
    users: userIds.map((id) => userOf(id, null, null, false)),
  };
}

const referenceOf = ({ type, messageId, channelId, guildId }: MessageReference): object => ({
  type: type === 'forward' ? 'Forward' : 'Default',
  ...{ messageId, channelId, guildId },
});

const pollOf = ({ question, answers, expiresAt, multiselect }: PollState): object => ({
  question: { text: question ?? '' },
  answers: answers.map(({ id, text, emoji }) => ({
    id,
    text: text ?? '',
    emoji: emoji && { id: emoji.id ?? '', name: emoji.name ?? '', isAnimated: emoji.animated },
  })),
  expiry: expiresAt && withOffset(expiresAt),
  allowMultiselect: multiselect,
});
