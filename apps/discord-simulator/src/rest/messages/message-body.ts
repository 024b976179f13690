import { MessageFlags, type APIEmbed } from 'discord-api-types/v10';
import { z } from 'zod';
import { parseBody } from '../../http/parse-body.js';
import { snowflakeField as snowflake } from '../../json/parse-json.js';
import type { AttachmentRecord, ComponentRecord, MessageRecord } from '../../state/model/records.js';
import { completeComponents } from './components.js';
import { DiscordError } from '../../http/discord-error.js';
import { newPoll } from './poll-body.js';
import type { Form, UploadedFile } from './upload.js';

const MAX_CONTENT = 2000;

/** Flags that a client may set; only Discord sets the others. */
const SETTABLE_FLAGS: number =
  MessageFlags.SuppressEmbeds |
  MessageFlags.Ephemeral |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsComponentsV2;

const content = z.string().max(MAX_CONTENT, `Must be ${MAX_CONTENT} or fewer in length.`).nullish();
const embeds = z.array(z.looseObject({})).max(10, 'Must be 10 or fewer in length.').nullish();
const components = z
  .array(z.looseObject({ type: z.int() }))
  .max(40)
  .nullish();
const flags = z.int().nonnegative().nullish();
const attachments = z
  .array(
    z.looseObject({
      id: z.union([z.string(), z.int().transform(String)]),
      filename: z.string().optional(),
      description: z.string().max(1024).nullish(),
    }),
  )
  .max(10)
  .nullish();

const createBody = z.looseObject({
  content,
  embeds,
  components,
  flags,
  attachments,
  tts: z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]).nullish(),
  nonce: z.union([z.string().max(25, 'Must be 25 or fewer in length.'), z.int()]).nullish(),
  message_reference: z.looseObject({ message_id: snowflake }).nullish(),
  poll: newPoll.nullish(),
  sticker_ids: z.array(snowflake).max(3, 'Must be 3 or fewer in length.').nullish(),
});
const editBody = z.looseObject({ content, embeds, components, flags, attachments });
const bulkDeleteBody = z.looseObject({ messages: z.array(snowflake) });

/** The body of Create Message. @throws DiscordError 50035, or 50006 when it would be empty. */
export function parseCreateMessage({ body, files }: Form) {
  const parsed = parseBody(createBody, body);
  const text = parsed.content ?? '';
  const others = [parsed.embeds, parsed.components, parsed.sticker_ids, files];
  if (text.trim() === '' && !parsed.poll && !others.some((each) => each?.length))
    throw new DiscordError(400, 50006, 'Cannot send an empty message');
  return {
    content: text,
    embeds: richEmbeds(parsed.embeds),
    tts: parsed.tts ?? false,
    nonce: parsed.nonce ?? null,
    replyToId: parsed.message_reference?.message_id ?? null,
    attachments: files.map((each) => described(each, parsed.attachments)),
    stickerIds: parsed.sticker_ids ?? [],
    ...(parsed.poll ? { poll: parsed.poll } : {}),
    ...extras(parsed),
  };
}

/** The body of Edit Message: only the given fields change, and `attachments` lists the files to keep. */
export function parseEditMessage({ body, files }: Form, message: Pick<MessageRecord, 'attachments'>) {
  const parsed = parseBody(editBody, body);
  const { attachments: listed } = parsed;
  const kept = (message.attachments ?? []).filter(({ id }) => listed?.some((each) => each.id === id) ?? true);
  const areFilesNamed = files.length > 0 || (listed !== undefined && listed !== null);
  return {
    ...(parsed.content === undefined ? {} : { content: parsed.content ?? '' }),
    ...(parsed.embeds === undefined ? {} : { embeds: richEmbeds(parsed.embeds) }),
    ...(areFilesNamed ? { attachments: [...kept, ...files.map((each) => described(each, listed))] } : {}),
    ...extras(parsed),
  };
}

/** The ids of Bulk Delete Messages. @throws DiscordError 50016 for fewer than 2 or more than 100. */
export function parseBulkDelete(body: unknown): string[] {
  const { messages } = parseBody(bulkDeleteBody, body);
  if (messages.length >= 2 && messages.length <= 100) return messages;
  const message =
    'Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete.';
  throw new DiscordError(400, 50016, message);
}

function extras(parsed: Pick<z.infer<typeof editBody>, 'components' | 'flags'>) {
  return {
    ...(parsed.components === undefined
      ? {}
      : { components: completeComponents((parsed.components ?? []) as ComponentRecord[]) }),
    ...(parsed.flags === undefined ? {} : { flags: (parsed.flags ?? 0) & SETTABLE_FLAGS }),
  };
}

/** A file with its description in the body's `attachments`. */
function described(
  { slot, file }: UploadedFile,
  listed: z.infer<typeof attachments>,
): Omit<AttachmentRecord, 'id'> {
  const entry = listed?.find(({ id }) => id === slot);
  return {
    ...file,
    ...(entry?.filename ? { filename: entry.filename } : {}),
    ...(entry?.description ? { description: entry.description } : {}),
  };
}

function richEmbeds(given: Record<string, unknown>[] | null | undefined): APIEmbed[] {
  return (given ?? []).map((embed) => ({ ...embed, type: 'rich' }) as APIEmbed);
}
