import { channelTypeOf, type RestForumTag, type RestThread, type Snowflake } from '@discord-relay/contracts';
import { CHANNELS, type NonNull, rowsAsOf, select, type SelectedRow } from '@discord-relay/read-model';
import { NEWEST } from './messages/message-pages.js';
import type { Querying } from '../database/read-model.database.js';

const THREAD = select(
  CHANNELS,
  [
    'id',
    'name',
    'type',
    'guild_id',
    'parent_id',
    'owner_id',
    'archived',
    'locked',
    'thread_created_at',
    'archive_changed_at',
    'auto_archive_minutes',
    'message_count',
    'member_count',
  ],
  { of: 't', as: { type: 'discordType', guild_id: 'serverId', thread_created_at: 'createdAt' } },
);
type ThreadRow = NonNull<SelectedRow<typeof THREAD>, 'name' | 'discordType' | 'parentId' | 'archived'> & {
  tags: RestForumTag[];
};

/** The applied tags in the forum's order; one that the forum no longer has is left out. */
const tags = (forums: string): string => `
  coalesce((
    SELECT jsonb_agg(tag - 'moderated' ORDER BY place)
    FROM ${forums} p, jsonb_array_elements(p.available_tags) WITH ORDINALITY AS tags (tag, place)
    WHERE p.id = t.parent_id AND (tag ->> 'id')::bigint = ANY (t.applied_tag_ids)
  ), '[]')`;

const threads = (rows: string, forums: string): string => `
  SELECT ${THREAD.list}, ${tags(forums)} AS tags
  FROM ${rows} t
  WHERE t.parent_id = $1 AND t.archived IS NOT NULL AND t.archived = $2 AND t.id < $3
    AND t.deleted_at IS NULL AND t.name IS NOT NULL AND t.type IS NOT NULL
  ORDER BY t.id DESC LIMIT $4`;

const THREADS = threads('channels', 'channels');

/** As of `$5`. The channel of a thread never changes. */
const THREADS_AS_OF = threads(
  `(${rowsAsOf('channels', '$5', 'now.parent_id = $1 AND now.archived IS NOT NULL AND now.id < $3')})`,
  `(${rowsAsOf('channels', '$5', 'now.id = $1')})`,
);

export interface ThreadFilter {
  archived: boolean;
  before?: string | undefined;
  /** After the event with this sequence; default: now. */
  asOf?: number | undefined;
}

/** At most `limit` threads of a channel before `before`, newest first; not limited by rights. */
export async function listThreads(
  query: Querying,
  channelId: string,
  { archived, before = NEWEST, asOf }: ThreadFilter,
  limit: number,
): Promise<RestThread[]> {
  const values = [channelId, archived, before, limit];
  const rows = await query.rows<ThreadRow>(
    asOf === undefined
      ? { name: 'threads', text: THREADS, values }
      : { name: 'threads_as_of', text: THREADS_AS_OF, values: [...values, asOf] },
  );
  return rows.map(toThread);
}

/** A page of the visible threads: skips the others and reads on. */
export async function listVisibleThreads(
  query: Querying,
  channelId: string,
  page: ThreadFilter & { limit: number },
  visibleOf: (threadIds: Snowflake[]) => Promise<ReadonlySet<string>>,
): Promise<{ threads: RestThread[]; next: Snowflake | null }> {
  const threads: RestThread[] = [];
  let { before } = page;
  for (;;) {
    const batch = await listThreads(query, channelId, { ...page, before }, page.limit + 1);
    const visible = await visibleOf(batch.map(({ id }) => id));
    threads.push(...batch.filter(({ id }) => visible.has(id)));
    if (threads.length > page.limit) break;
    if (batch.length <= page.limit) return { threads, next: null };
    before = batch.at(-1)!.id;
  }
  const shown = threads.slice(0, page.limit);
  return { threads: shown, next: shown.at(-1)!.id };
}

const toThread = (row: ThreadRow): RestThread => ({
  ...row,
  type: channelTypeOf(row.discordType),
  createdAt: row.createdAt?.toISOString() ?? null,
  archiveChangedAt: row.archiveChangedAt?.toISOString() ?? null,
});
