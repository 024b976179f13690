import type { JsonValue, RestTombstone, WireHistoryMessage } from '@discord-relay/contracts';
import { z } from 'zod';
import { cutText, MAX_NAME_CHARS } from './limits.js';

/** Maximum length of the text of a message, characters. */
const MAX_TEXT_CHARS = 4_096;
/** Maximum length of a text of an embed, characters. */
const MAX_EMBED_CHARS = 1_024;
/** Maximum length of all texts of a message together, characters: it fits into an answer whatever they contain. */
const MAX_MESSAGE_CHARS = 6_144;
/** Maximum number of attachments, embeds, reactions or answers of a poll. */
const MAX_PARTS = 10;

const person = z.object({
  id: z.string(),
  name: z.string(),
  displayName: z.string().optional(),
  isBot: z.literal(true).optional(),
});

export const messageShape = z.object({
  id: z.string(),
  channelId: z.string(),
  at: z.string().describe('When it was written.'),
  state: z
    .enum(['deleted', 'text_unknown', 'text_withheld'])
    .optional()
    .describe(
      'Only for an earlier state. deleted: it was deleted later, and nothing else is kept. text_unknown: its text of that time is not known. text_withheld: an edit replaced its text later.',
    ),
  author: person.optional(),
  text: z.string().optional(),
  editedAt: z.string().optional(),
  replyTo: z.string().optional().describe('Id of the message that it answers.'),
  attachments: z
    .array(z.object({ name: z.string(), contentType: z.string().nullable(), bytes: z.int() }))
    .optional(),
  embeds: z
    .array(
      z.object({
        title: z.string().optional(),
        description: z.string().optional(),
        url: z.string().optional(),
      }),
    )
    .optional(),
  components: z.array(z.string()).optional().describe('Texts of interactive parts.'),
  reactions: z.array(z.object({ emoji: z.string(), count: z.int() })).optional(),
  poll: z.object({ question: z.string().nullable(), answers: z.array(z.string()) }).optional(),
  isCut: z.literal(true).optional().describe('A text or a list of this message was cut.'),
});

export type MessageAnswer = z.infer<typeof messageShape>;

/** What a model needs of a message, with limited texts and lists. */
export function toMessageAnswer(message: WireHistoryMessage): MessageAnswer {
  const cut = new Cutter();
  const { id, channelId, timestamp, editedTimestamp, replyTo, redacted } = message;
  const answer: MessageAnswer = {
    id,
    channelId,
    at: timestamp,
    ...(redacted && { state: 'text_withheld' as const }),
    author: authorOf(message, cut),
    ...(message.content && { text: cut.text(message.content, MAX_TEXT_CHARS) }),
    ...(editedTimestamp && { editedAt: editedTimestamp }),
    ...(replyTo && { replyTo: replyTo.messageId }),
    ...partsOf(message, cut),
  };
  return cut.hasCut ? { ...answer, isCut: true } : answer;
}

export const toTombstoneAnswer = (
  { id, timestamp }: RestTombstone,
  channelId: string,
  state: 'deleted' | 'text_unknown',
): MessageAnswer => ({ id, channelId, at: timestamp, state });

/** Cuts texts and lists, and remembers whether it had to. */
class Cutter {
  hasCut = false;
  private leftChars = MAX_MESSAGE_CHARS;

  text(text: string, maximum: number): string {
    const cut = cutText(text, Math.min(maximum, this.leftChars));
    this.leftChars -= cut.length;
    this.hasCut ||= cut !== text;
    return cut;
  }

  name(text: string): string {
    return this.text(text, MAX_NAME_CHARS);
  }

  list<Item>(items: readonly Item[]): Item[] {
    this.hasCut ||= items.length > MAX_PARTS;
    return items.slice(0, MAX_PARTS);
  }
}

function authorOf({ author }: WireHistoryMessage, cut: Cutter): MessageAnswer['author'] {
  const { id, username, globalName, bot } = author;
  return {
    id,
    name: cut.name(username),
    ...(globalName && { displayName: cut.name(globalName) }),
    ...(bot && { isBot: true as const }),
  };
}

function partsOf(
  { attachments, embeds, components, reactions, poll }: WireHistoryMessage,
  cut: Cutter,
): Pick<MessageAnswer, 'attachments' | 'embeds' | 'components' | 'reactions' | 'poll'> {
  return {
    ...(attachments && {
      attachments: cut.list(attachments).map(({ filename, contentType, sizeBytes }) => ({
        name: cut.name(filename),
        contentType: contentType && cut.name(contentType),
        bytes: sizeBytes,
      })),
    }),
    ...(embeds && { embeds: cut.list(embeds).map((embed) => embedOf(embed, cut)) }),
    ...(components && {
      components: cut.list(components.flatMap(textsIn)).map((text) => cut.text(text, MAX_EMBED_CHARS)),
    }),
    ...(reactions && {
      reactions: cut
        .list(reactions)
        .map(({ emoji, count }) => ({ emoji: cut.name(emoji.name ?? emoji.id ?? ''), count })),
    }),
    ...(poll && {
      poll: {
        question: poll.question && cut.name(poll.question),
        answers: cut.list(poll.answers).map(({ text }) => cut.name(text ?? '')),
      },
    }),
  };
}

/** An embed is as Discord sent it: any field may be absent or of another type. */
function embedOf(embed: Readonly<Record<string, unknown>>, cut: Cutter): Record<string, string> {
  const { title, description, url } = embed;
  const texts = Object.entries({ title, description, url }).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, cut.text(value, MAX_EMBED_CHARS)]] : [],
  );
  return Object.fromEntries(texts) as Record<string, string>;
}

/** The texts of a component and of those inside it. */
function textsIn(component: JsonValue): string[] {
  if (Array.isArray(component)) return component.flatMap(textsIn);
  if (typeof component !== 'object' || component === null) return [];
  return Object.entries(component).flatMap(([name, value]) =>
    TEXT_FIELDS.has(name) && typeof value === 'string' ? [value] : textsIn(value),
  );
}

const TEXT_FIELDS: ReadonlySet<string> = new Set(['content', 'label', 'placeholder', 'description']);
