import {
  compareSnowflakes,
  firstSnowflakeAt,
  messageExtras,
  type Redaction,
  type Snowflake,
  wireAuthor,
  type WireHistoryMessage,
} from '@discord-relay/contracts';
import { MESSAGES, type NonNull, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../../database/read-model.database.js';

/** A message was recorded later than its id says, if a clock differs or backfill found it. */
const ID_TOLERANCE_MS = 3_600_000;

const MESSAGE = select(
  MESSAGES,
  [
    'id',
    'channel_id',
    'guild_id',
    'author_id',
    'author_username',
    'author',
    'created_at',
    'type',
    'flags',
    'pinned',
    'attachments',
    'embeds',
    'components',
    'stickers',
    'poll',
    'mentions',
    'reference',
    'webhook_id',
  ],
  { of: 'm', as: { author_username: 'username', author: 'profile' } },
);

type Row = NonNull<SelectedRow<typeof MESSAGE>, 'authorId'> & {
  content: string;
  editedAt: Date | null;
  revision: number;
  seq: string;
  superseded: boolean;
};

/** The newest messages that existed at the sequence, each with the content that it had then. */
const PAGE = `
  SELECT ${MESSAGE.list}, coalesce(r.content, m.content) AS content, r.content IS NOT NULL AS superseded,
         CASE WHEN r.seq IS NULL THEN m.edited_at ELSE r.edited_at END AS "editedAt",
         coalesce(r.revision, m.revision) AS revision, coalesce(r.seq, m.content_seq, m.seq) AS seq
  FROM messages m
  LEFT JOIN LATERAL (
    SELECT revision, content, edited_at, seq FROM message_revisions
    WHERE message_id = m.id AND seq <= $2 AND m.content_seq > $2 ORDER BY revision DESC LIMIT 1) r ON true
  WHERE m.channel_id = $1 AND m.id < $3 AND coalesce(m.created_seq, m.content_seq, m.seq) <= $2
    AND m.deleted_at IS NULL AND m.content IS NOT NULL AND m.author_id IS NOT NULL
  ORDER BY m.id DESC LIMIT $4`;

export interface PastPage {
  channelId: Snowflake;
  /** The state after the event with this sequence, which was recorded before this time. */
  seq: number;
  atMs: number;
  limit: number;
  /** Whether contents that an edit replaced are withheld. */
  hideSuperseded: boolean;
}

/** The newest messages of a channel as they were, oldest first. */
export async function channelAt(
  query: Querying,
  { channelId, seq, atMs, limit, hideSuperseded }: PastPage,
): Promise<WireHistoryMessage[]> {
  const before = firstSnowflakeAt(atMs + ID_TOLERANCE_MS);
  const values = [channelId, seq, before, limit];
  const rows = await query.rows<Row>({ name: 'channel_at', text: PAGE, values });
  return rows
    .map((row) => (row.superseded && hideSuperseded ? withheld(row, 'superseded') : messageAt(row)))
    .sort((a, b) => compareSnowflakes(a.id, b.id));
}

const messageAt = (row: Row): WireHistoryMessage => ({
  ...withoutContent(row),
  content: row.content,
  pinned: row.pinned,
  ...messageExtras({ ...row, flags: row.flags === null ? null : Number(row.flags) }),
});

const withheld = (row: Row, redacted: Redaction): WireHistoryMessage => ({
  ...withoutContent(row),
  content: '',
  pinned: null,
  redacted,
});

const withoutContent = (row: Row) => ({
  id: row.id,
  author: wireAuthor(row.authorId, row.username, row.profile),
  timestamp: row.createdAt.toISOString(),
  editedTimestamp: row.editedAt?.toISOString() ?? null,
  revision: row.revision,
  channelId: row.channelId,
  serverId: row.guildId,
  seq: Number(row.seq),
});
