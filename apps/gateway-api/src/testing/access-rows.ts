import type { AccessChange, Snowflake } from '@discord-relay/contracts';

type Rows = [text: string, values: unknown[]][];
type ChangeOf<O extends AccessChange['of']> = Extract<AccessChange, { of: O }>;

/** The statements that write the rows of an access change, as a projector would. */
export function accessRows(change: AccessChange, guildId: Snowflake): Rows {
  switch (change.of) {
    case 'guild': {
      const text = `UPDATE guilds SET owner_id = $2, left_at = CASE WHEN $3 THEN now() END WHERE id = $1`;
      return [[text, [guildId, change.ownerId, change.left]]];
    }
    case 'role':
      return [[ROLE, [guildId, change.roleId, change.permissions]]];
    case 'member':
      return [
        [MEMBER, [guildId, change.userId, change.roleIds, change.timedOutUntil, change.left]],
        [GUILD_LEFT, [guildId, change.userId, change.left]],
      ];
    case 'channel':
      return channelRows(change, guildId);
    case 'thread_members':
      return [
        [THREAD_LEFT, [change.threadId, change.removed]],
        [THREAD_JOINED, [change.threadId, change.added]],
      ];
    default:
      return change satisfies never;
  }
}

const ROLE = `
  INSERT INTO roles (id, guild_id, name, permissions, deleted_at, seq)
  VALUES ($2, $1, 'role', $3, CASE WHEN $3::numeric IS NULL THEN now() END, 0)
  ON CONFLICT (id) DO UPDATE SET permissions = excluded.permissions, deleted_at = excluded.deleted_at`;
const MEMBER = `
  INSERT INTO members (guild_id, user_id, username, role_ids, timed_out_until, left_at, seq)
  VALUES ($1, $2, 'someone', $3, $4, CASE WHEN $5 THEN now() END, 0)
  ON CONFLICT (guild_id, user_id) DO UPDATE SET role_ids = excluded.role_ids,
    timed_out_until = excluded.timed_out_until, left_at = excluded.left_at`;
const GUILD_LEFT = `
  DELETE FROM thread_members WHERE user_id = $2 AND $3
    AND thread_id IN (SELECT id FROM channels WHERE guild_id = $1)`;
const CHANNEL = `
  INSERT INTO channels (id, guild_id, type, name, parent_id, position, overwrites, deleted_at, seq)
  VALUES ($2::bigint, $1, $3, 'channel ' || $2::bigint, $4, 9, $5, CASE WHEN $6 THEN now() END, 0)
  ON CONFLICT (id) DO UPDATE SET type = excluded.type, parent_id = excluded.parent_id,
    overwrites = excluded.overwrites, deleted_at = excluded.deleted_at`;
const THREAD_LEFT = 'DELETE FROM thread_members WHERE thread_id = $1 AND user_id = ANY ($2::bigint[])';
const THREAD_JOINED = `
  INSERT INTO thread_members (thread_id, user_id, seq) SELECT $1, unnest($2::bigint[]), 0 ON CONFLICT DO NOTHING`;

function channelRows(
  { channelId, type, parentId, overwrites, deleted }: ChangeOf<'channel'>,
  guildId: Snowflake,
): Rows {
  return [[CHANNEL, [guildId, channelId, type, parentId, JSON.stringify(overwrites), deleted]]];
}
