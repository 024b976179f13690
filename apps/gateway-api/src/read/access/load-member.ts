import { guildHead } from '@discord-relay/read-model';
import type { Querying } from '../../database/read-model.database.js';
import type { GuildAccess } from '../../access/guild-access.js';
import { type MemberFacts, noMember } from '../../access/guild-facts.js';
import { isStorableId } from '../../database/storable-id.js';

interface Row {
  seq: string;
  facts: MemberFacts | null;
}

const MEMBER = `
  SELECT coalesce((SELECT h.seq FROM feed_heads h WHERE h.feed = $1), 0) AS seq,
    (SELECT json_build_object('userId', m.user_id::text, 'roleIds', m.role_ids::text[],
       'timedOutUntilMs', coalesce(extract(epoch FROM m.timed_out_until) * 1000, 0), 'left', m.left_at IS NOT NULL, 'guest', (coalesce(m.flags, 0) & 16) <> 0,
       'threadIds', ARRAY(SELECT i.thread_id::text FROM thread_members i
         JOIN channels t ON t.id = i.thread_id AND t.guild_id = m.guild_id AND t.deleted_at IS NULL
         WHERE i.user_id = m.user_id AND (t.type = 12 OR t.type IS NULL)))
     FROM members m WHERE m.guild_id = $2 AND m.user_id = $3) AS facts`;

/** Adds one member to the access data of a guild, with one statement. The user is then known, even if not a member. */
export async function loadMember(query: Querying, access: GuildAccess, userId: string): Promise<void> {
  if (!isStorableId(userId)) return access.putMember(noMember(userId), 0);
  access.expectMember(userId);
  const [row] = await query.rows<Row>({
    name: 'guild_member',
    text: MEMBER,
    values: [guildHead(access.guildId), access.guildId, userId],
  });
  access.putMember(row!.facts ?? noMember(userId), Number(row!.seq));
}
