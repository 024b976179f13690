import type {
  ModerationEntry,
  ModerationKind,
  ModerationPerson,
  RestModerationPage,
  Snowflake,
} from '@discord-relay/contracts';
import { MODERATION, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying, Statement } from '../database/read-model.database.js';
import { namesOfMembers } from './member-names.query.js';

export interface ModerationFilter {
  /** Any of these; absent: all. */
  kinds?: readonly ModerationKind[] | undefined;
  moderatorId?: string | undefined;
  targetId?: string | undefined;
  /** `from` is inclusive, `to` exclusive. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** Id of an entry: only entries recorded before it. */
  before?: string | undefined;
}

const ENTRY = select(MODERATION, [
  'id',
  'guild_id',
  'kind',
  'at',
  'moderator_id',
  'target_id',
  'channel_id',
  'reason',
  'until',
  'count',
  'added_role_ids',
  'removed_role_ids',
  'rule_id',
  'rule_name',
]);

const CONDITIONS: Record<keyof ModerationFilter, (value: string) => string> = {
  kinds: (value) => `kind = ANY (${value}::text[])`,
  moderatorId: (value) => `moderator_id = ${value}`,
  targetId: (value) => `target_id = ${value}`,
  from: (value) => `at >= ${value}`,
  to: (value) => `at < ${value}`,
  before: (value) => `id < ${value}`,
};

/** A page of a guild's moderation log, newest first. */
export async function listModeration(
  query: Querying,
  guildId: Snowflake,
  filter: ModerationFilter,
  limit: number,
): Promise<Omit<RestModerationPage, 'seq'>> {
  const rows = await query.rows<SelectedRow<typeof ENTRY>>(statementOf(guildId, filter, limit + 1));
  const shown = rows.slice(0, limit);
  const people = await peopleOf(query, guildId, shown);
  return { entries: shown.map(toEntry), people, next: rows.length > limit ? shown.at(-1)!.id : null };
}

async function peopleOf(
  query: Querying,
  guildId: Snowflake,
  rows: readonly SelectedRow<typeof ENTRY>[],
): Promise<ModerationPerson[]> {
  const ids = new Set(
    rows.flatMap(({ moderatorId, targetId }) => [moderatorId ?? [], targetId ?? []].flat()),
  );
  const nameOf = await namesOfMembers(query, guildId, ids);
  return [...ids].map((id) => ({ id, name: nameOf(id) }));
}

/** Contains only the given conditions, because one plan for all combinations would be slow for each. */
function statementOf(guildId: string, filter: ModerationFilter, limit: number): Statement {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const names = given.map(([name]) => name as keyof ModerationFilter);
  const conditions = names.map((name, i) => `AND ${CONDITIONS[name](`$${i + 3}`)}`);
  return {
    name: ['moderation', ...names].join('_'),
    text: `SELECT ${ENTRY.list} FROM moderation WHERE guild_id = $1 ${conditions.join(' ')} ORDER BY id DESC LIMIT $2`,
    values: [guildId, limit, ...given.map(([, value]) => value as unknown)],
  };
}

const toEntry = ({ at, until, ...row }: SelectedRow<typeof ENTRY>): ModerationEntry => ({
  ...row,
  at: at.toISOString(),
  until: until?.toISOString() ?? null,
});
