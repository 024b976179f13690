import type { APIEmbed } from 'discord-api-types/v10';
import { z } from 'zod';
import { snowflakeField as snowflake } from '../json/parse-json.js';
import { DiscordError, invalidForm } from './discord-error.js';

const MAX_CONTENT = 2000;

const content = z.string().max(MAX_CONTENT, `Must be ${MAX_CONTENT} or fewer in length.`).nullish();
const embeds = z.array(z.looseObject({})).max(10, 'Must be 10 or fewer in length.').nullish();

const createBody = z.looseObject({
  content,
  embeds,
  tts: z.boolean().nullish(),
  nonce: z.union([z.string().max(25, 'Must be 25 or fewer in length.'), z.int()]).nullish(),
  message_reference: z.looseObject({ message_id: snowflake }).nullish(),
});
const editBody = z.looseObject({ content, embeds });
const bulkDeleteBody = z.looseObject({ messages: z.array(snowflake) });

/** The body of Create Message. @throws DiscordError 50035, or 50006 when it would be empty. */
export function parseCreateMessage(body: unknown) {
  const parsed = parse(createBody, body);
  const text = parsed.content ?? '';
  if (text.trim() === '' && !parsed.embeds?.length)
    throw new DiscordError(400, 50006, 'Cannot send an empty message');
  return {
    content: text,
    embeds: richEmbeds(parsed.embeds),
    tts: parsed.tts ?? false,
    nonce: parsed.nonce ?? null,
    replyToId: parsed.message_reference?.message_id ?? null,
  };
}

/** The body of Edit Message: only the fields that it names change. */
export function parseEditMessage(body: unknown): { content?: string; embeds?: APIEmbed[] } {
  const parsed = parse(editBody, body);
  return {
    ...(parsed.content === undefined ? {} : { content: parsed.content ?? '' }),
    ...(parsed.embeds === undefined ? {} : { embeds: richEmbeds(parsed.embeds) }),
  };
}

/** The ids of Bulk Delete Messages. @throws DiscordError 50016 for fewer than 2 or more than 100. */
export function parseBulkDelete(body: unknown): string[] {
  const { messages } = parse(bulkDeleteBody, body);
  if (messages.length >= 2 && messages.length <= 100) return messages;
  const message =
    'Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete.';
  throw new DiscordError(400, 50016, message);
}

function richEmbeds(given: Record<string, unknown>[] | null | undefined): APIEmbed[] {
  return (given ?? []).map((embed) => ({ ...embed, type: 'rich' }) as APIEmbed);
}

/** @throws DiscordError 50035 with a complaint for each field. */
export function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw invalidForm(
    ...parsed.error.issues.map((issue) => ({
      field: issue.path.join('.') || '_body',
      code: issue.code === 'too_big' ? 'BASE_TYPE_MAX_LENGTH' : 'BASE_TYPE_BAD_TYPE',
      message: issue.message,
    })),
  );
}
