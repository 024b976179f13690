import { snowflakeTimeMs, type MessageMentions, type Snowflake } from '@discord-relay/contracts';
import { known } from '../shared/known.js';
import { sameJson } from '../shared/same-json.js';
import type { MessageFields, MessageFieldsPatch, MessageRow, RevisionRow } from '../shared/rows.js';

/** The row after the change, and the fields of an update; null: the message is new. */
export interface MessageOutcome {
  row: MessageRow;
  patch: MessageFieldsPatch | null;
}

/** The columns that a deletion empties; ids and times stay. */
const ERASED = {
  author_id: null,
  author_username: null,
  author: null,
  content: null,
  attachments: null,
  embeds: null,
  components: null,
  stickers: null,
  poll: null,
  mentions: null,
  reference: null,
  imported: null,
} as const;

/**
 * A creation. A deleted message stays deleted; a complete one changes only if this copy has a later edit (history fetched
 * after an outage); one that is known only from updates gets its missing fields.
 */
export function createMessage(
  row: MessageRow | undefined,
  message: MessageFields,
  seq: number,
): MessageOutcome | null {
  if (!row) return { row: firstRow(message, seq), patch: null };
  if (row.deleted_at !== null) return null;
  const later = editedLater(message.edited_at ?? null, row.edited_at);
  if (row.partial) {
    const next = withRevision(row, merged(row, known(message), later), seq);
    return { row: { ...next, partial: false, created_seq: seq, seq }, patch: null };
  }
  return later ? patchMessage(row, known(message), seq) : null;
}

/** An update. For an unknown message it creates a partial row; an older edit does not undo a newer one. */
export function patchMessage(
  row: MessageRow | undefined,
  patch: MessageFieldsPatch,
  seq: number,
): MessageOutcome | null {
  if (!row) {
    const content_seq = typeof patch.content === 'string' ? seq : null;
    const { id, channel_id, guild_id } = patch;
    const unknown = { ...unknownMessage(id), channel_id, guild_id, seq };
    return { row: { ...patched(unknown, patch), content_seq, seq }, patch };
  }
  if (row.deleted_at !== null) return null;
  if (patch.edited_at !== undefined && editedLater(row.edited_at, patch.edited_at)) return null;
  const next = patched(row, patch);
  return sameJson(next, row) ? null : { row: { ...withRevision(row, next, seq), seq }, patch };
}

/** A deletion. For an unknown message it leaves a tombstone, so that a later creation has no effect. */
export function deleteMessage(
  row: MessageRow | undefined,
  ids: Pick<MessageRow, 'id' | 'channel_id' | 'guild_id'>,
  at: string,
  seq: number,
): MessageRow | null {
  if (row && row.deleted_at !== null) return null;
  return { ...(row ?? { ...unknownMessage(ids.id), ...ids }), ...ERASED, deleted_at: at, seq };
}

/** A new content turns the previous one into a revision. */
export function withRevision(row: MessageRow, next: MessageRow, seq: number): MessageRow {
  if (next.content === row.content) return next;
  return { ...next, revision: row.revision + (row.content === null ? 0 : 1), content_seq: seq };
}

/** The content that the second row replaced; null if the content is the same. */
export function supersededBy(row: MessageRow, next: MessageRow): RevisionRow | null {
  if (next.revision === row.revision) return null;
  const { id, revision, content, edited_at, content_seq } = row;
  return { message_id: id, revision, content, edited_at, seq: content_seq! };
}

/** Times in one format order as strings; null means "never edited". */
export const editedLater = (a: string | null, b: string | null): boolean => (a ?? '') > (b ?? '');

/** If both have a field, the later edit decides. */
function merged(row: MessageRow, message: MessageFieldsPatch, messageIsLater: boolean): MessageRow {
  const later = patched(row, message);
  if (messageIsLater) return later;
  const before = Object.entries(row).filter(([, value]) => value !== null);
  return { ...later, ...Object.fromEntries(before) };
}

/** The row with the patch applied; a patch of a part of a value leaves the other parts. */
function patched(row: MessageRow, { mentions, ...patch }: MessageFieldsPatch): MessageRow {
  const next: MessageRow = { ...row, ...patch };
  if (patch.author && row.author?.id === patch.author.id) next.author = { ...row.author, ...patch.author };
  if (patch.poll?.results === null && row.poll) next.poll = { ...patch.poll, results: row.poll.results };
  if (mentions !== undefined) next.mentions = mentionsOrNull({ ...row.mentions, ...mentions });
  return next;
}

/** Most messages mention nobody, and an empty value is not stored. */
function mentionsOrNull(said: Partial<MessageMentions> | null | undefined): MessageMentions | null {
  const { users = [], roles = [], channels = [], everyone = false } = said ?? {};
  const isNothing = !everyone && users.length + roles.length + channels.length === 0;
  return isNothing ? null : { users, roles, channels, everyone };
}

/** Column by column, because spreading so many columns makes a replay several times slower and creates garbage. */
export const firstRow = (message: MessageFields, seq: number): MessageRow => ({
  id: message.id,
  channel_id: message.channel_id,
  guild_id: message.guild_id,
  author_id: message.author_id,
  author_username: message.author_username ?? null,
  author: message.author,
  content: message.content,
  created_at: message.created_at,
  edited_at: message.edited_at ?? null,
  type: message.type ?? null,
  flags: message.flags ?? null,
  pinned: message.pinned ?? null,
  webhook_id: message.webhook_id ?? null,
  attachments: message.attachments ?? null,
  embeds: message.embeds ?? null,
  components: message.components ?? null,
  stickers: message.stickers ?? null,
  poll: message.poll ?? null,
  mentions: mentionsOrNull(message.mentions),
  reference: message.reference ?? null,
  revision: 0,
  partial: false,
  imported: null,
  deleted_at: null,
  created_seq: seq,
  content_seq: seq,
  seq,
});

const FIRST = { revision: 0, partial: false, deleted_at: null } as const;

export function unknownMessage(id: Snowflake): Omit<MessageRow, 'channel_id' | 'guild_id' | 'seq'> {
  return {
    id,
    ...ERASED,
    created_at: createdAtOf(id),
    edited_at: null,
    type: null,
    flags: null,
    pinned: null,
    webhook_id: null,
    ...FIRST,
    partial: true,
    created_seq: null,
    content_seq: null,
  };
}

/** When a message was created, if no event says it: its id contains the time. */
const createdAtOf = (id: Snowflake): string => new Date(snowflakeTimeMs(id)).toISOString();
