import type pg from 'pg';
import type { ModelGuild } from './random-guild.js';

const CLEAR = 'TRUNCATE guilds, roles, members, channels, thread_members, feed_heads';

const STATEMENTS = [
  `INSERT INTO guilds (id, name, owner_id, available, left_at, seq)
   SELECT id, 'guild', "ownerId", true, CASE WHEN "left" THEN now() END, 0
   FROM jsonb_to_record($1::jsonb) AS g (id bigint, "ownerId" bigint, "left" boolean)`,
  `INSERT INTO roles (id, guild_id, permissions, deleted_at, seq)
   SELECT id, ($1::jsonb ->> 'id')::bigint, coalesce(permissions, 8), CASE WHEN permissions IS NULL THEN now() END, 0
   FROM jsonb_to_recordset($1::jsonb -> 'roles') AS r (id bigint, permissions numeric)`,
  `INSERT INTO members (guild_id, user_id, role_ids, timed_out_until, left_at, flags, seq)
   SELECT ($1::jsonb ->> 'id')::bigint, id, CASE WHEN jsonb_typeof("roleIds") = 'array' THEN ARRAY(SELECT jsonb_array_elements_text("roleIds")::bigint) END,
          "timedOutUntil", CASE WHEN "left" THEN now() END,
          CASE WHEN guest THEN 17 END, 0
   FROM jsonb_to_recordset($1::jsonb -> 'members')
     AS m (id bigint, "roleIds" jsonb, "timedOutUntil" timestamptz, "left" boolean, guest boolean)`,
  `INSERT INTO channels (id, guild_id, type, name, parent_id, overwrites, deleted_at, seq)
   SELECT id, ($1::jsonb ->> 'id')::bigint, type, 'channel', "parentId", nullif(overwrites, 'null'),
          CASE WHEN deleted THEN now() END, 0
   FROM jsonb_to_recordset($1::jsonb -> 'channels')
     AS c (id bigint, type int, "parentId" bigint, overwrites jsonb, deleted boolean)`,
  `INSERT INTO thread_members (thread_id, user_id, seq)
   SELECT t.id, u::bigint, 0 FROM jsonb_to_recordset($1::jsonb -> 'threads') AS t (id bigint, users jsonb),
     jsonb_array_elements_text(t.users) u`,
  `INSERT INTO feed_heads (feed, seq, guild_id)
   SELECT 'a:' || ($1::jsonb ->> 'id'), ($1::jsonb ->> 'seq')::bigint, ($1::jsonb ->> 'id')::bigint`,
];

/** Replaces the read models with this guild at the change `seq`. A deleted role keeps its bits, including ADMINISTRATOR. */
export async function writeGuild(pool: pg.Pool, guild: ModelGuild, seq: number): Promise<void> {
  const { id, ownerId, left, roles, channels, members, threadMembers } = guild;
  const rows = JSON.stringify({
    ...{ id, ownerId, left, seq },
    roles: [...roles].map(([id, permissions]) => ({ id, permissions })),
    channels: [...channels].map(([id, channel]) => ({ id, ...channel })),
    members: [...members].map(([id, member]) => ({ id, ...member })),
    threads: [...threadMembers].map(([id, users]) => ({ id, users: [...users] })),
  });
  await pool.query(CLEAR);
  for (const statement of STATEMENTS) await pool.query(statement, [rows]);
}
