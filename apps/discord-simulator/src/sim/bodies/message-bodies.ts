import { StickerFormatType } from 'discord-api-types/v10';
import { z } from 'zod';
import { snowflakeField as snowflake } from '../../json/parse-json.js';
import { newPoll } from '../../rest/messages/poll-body.js';
import { newAttachment } from './attachment-body.js';

// Twice Discord's maximum, because a server should not have to accept arbitrarily long content.
const MAX_CONTENT = 8000;
const content = z.string().max(MAX_CONTENT);

/** `poll` is as in Discord's Create Message. */
const messageFields = {
  content: content.default(''),
  attachments: z.array(newAttachment).max(10).optional(),
  stickerIds: z.array(snowflake).max(3).optional(),
  poll: newPoll.optional(),
};

interface Written {
  content: string;
  attachments?: unknown[] | undefined;
  stickerIds?: unknown[] | undefined;
  poll?: unknown;
}

const isNotEmpty = ({ content: text, attachments, stickerIds, poll }: Written): boolean =>
  text !== '' || [attachments, stickerIds].some((each) => each?.length) || poll !== undefined;
const EMPTY = 'content, attachments, stickerIds or poll are needed';

export const newMessage = z
  .strictObject({
    ...messageFields,
    userId: snowflake.optional(),
    username: z.string().min(1).max(32).optional(),
    replyToId: snowflake.optional(),
  })
  .refine(isNotEmpty, EMPTY);
export const firstMessage = z.strictObject(messageFields).refine(isNotEmpty, EMPTY);
export const messagePatch = z.strictObject({ content });
export const bulkDeletion = z.strictObject({ ids: z.array(snowflake).min(1).max(1000) });

const FORMATS = {
  png: StickerFormatType.PNG,
  apng: StickerFormatType.APNG,
  lottie: StickerFormatType.Lottie,
  gif: StickerFormatType.GIF,
} as const;

export const newSticker = z
  .strictObject({
    name: z.string().min(2).max(30),
    description: z.string().max(100).nullable().default(null),
    tags: z.string().min(1).max(200).default('art'),
    format: z.enum(['png', 'apng', 'lottie', 'gif']).default('png'),
    base64: z.base64().max(700_000),
  })
  .transform(({ format, base64, ...sticker }) => ({
    ...sticker,
    formatType: FORMATS[format],
    data: base64,
  }));
