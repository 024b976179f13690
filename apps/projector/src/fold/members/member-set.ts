import { compareSnowflakes, type Snowflake } from '@discord-relay/contracts';
import { MEMBERS } from '@discord-relay/read-model/tables';
import { type FeedChain, requireGuildFeed } from '../shared/feed-chain.js';
import { memberKey } from '../shared/ids.js';
import type { RowModel, RequireRows } from '../shared/row-model.js';
import type { LoadedRows, RowRead } from '../shared/row-read.js';
import { RowSet } from '../shared/row-set.js';
import { RowVersions } from '../shared/row-versions.js';
import { type RowWrite, upsert } from '../shared/row-write.js';
import type { ThreadMemberSet } from '../thread-members/thread-member-set.js';
import type { MemberRow } from '../shared/rows.js';
import { leaveMember, memberAccess, memberDecides, upsertMember } from './evolve.js';
import type { MemberOp, MemberRange } from './ops.js';

const READ_MEMBERS: RowRead<typeof MEMBERS, [Snowflake, Snowflake]> = {
  name: 'read_members',
  table: MEMBERS,
  where: '(guild_id, user_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))',
};

/** Reads only members who are not listed; if the rows are up to date there are none. */
const READ_UNLISTED_MEMBERS: RowRead<typeof MEMBERS, [MemberRange]> = {
  name: 'read_unlisted_members',
  table: MEMBERS,
  from: `json_to_recordset($1::json) AS r("guildId" bigint, "afterId" bigint, "upToId" bigint, keep bigint[])
    JOIN members ON guild_id = "guildId" AND user_id > "afterId" AND user_id <= "upToId"`,
  where: 'left_at IS NULL AND user_id <> ALL(keep)',
  parameters: (keys) => [JSON.stringify(keys.map(([range]) => range))],
};

export const requiredByMembers: RequireRows<MemberOp> = (op, required) => {
  if (op.op === 'leave_except') {
    required.add(READ_UNLISTED_MEMBERS, op);
    return requireGuildFeed(required, op.guildId);
  }
  required.add(READ_MEMBERS, op.member.guild_id, op.member.user_id);
  requireGuildFeed(required, op.member.guild_id);
};

export class MemberSet implements RowModel<MemberOp> {
  readonly rows: RowSet<string, MemberRow>;
  private readonly versions = new RowVersions<MemberRow>('members', {
    ids: ({ guild_id, user_id }) => ({ guildId: guild_id, id: user_id }),
    seqIsExact: true,
  });

  constructor(
    loaded: LoadedRows,
    private readonly feeds: FeedChain,
    private readonly threadMembers: Pick<ThreadMemberSet, 'leave'>,
  ) {
    const rows = loaded.of(READ_MEMBERS, READ_UNLISTED_MEMBERS);
    this.rows = new RowSet(rows, (row) => memberKey(row.guild_id, row.user_id), this.versions);
  }

  apply(op: MemberOp, seq: number): void {
    switch (op.op) {
      case 'upsert':
        return this.update(op.member, seq, (row) => upsertMember(row, op, seq));
      case 'leave':
        return this.update(op.member, seq, (row) => leaveMember(row, op, seq));
      case 'leave_except':
        return this.leaveExcept(op, seq);
      default:
        return op satisfies never;
    }
  }

  writes(): RowWrite[] {
    return [upsert(MEMBERS, this.rows.dirty()), ...this.versions.writes()];
  }

  private update(
    ids: Pick<MemberRow, 'guild_id' | 'user_id'>,
    seq: number,
    next: (row?: MemberRow) => MemberRow | null,
  ): void {
    const key = memberKey(ids.guild_id, ids.user_id);
    const before = this.rows.get(key);
    const after = this.rows.update(key, seq, next);
    if (!after) return;
    if (after.left_at !== null) this.threadMembers.leave(after);
    if (!memberDecides(before, after)) return;
    this.feeds.announceInGuild(after.guild_id, seq, () => ({ access: [memberAccess(after)] }));
  }

  private leaveExcept(op: MemberOp & { op: 'leave_except' }, seq: number): void {
    const keep = new Set(op.keep);
    const { guildId, afterId, upToId, at } = op;
    for (const member of this.rows.all()) {
      const { guild_id, user_id: userId } = member;
      if (guild_id !== guildId || keep.has(userId)) continue;
      if (compareSnowflakes(userId, afterId) <= 0 || compareSnowflakes(userId, upToId) > 0) continue;
      this.update(member, seq, (row) => leaveMember(row, { member: idsAndName(member), at }, seq));
    }
  }
}

const idsAndName = ({ guild_id, user_id, username, profile }: MemberRow) => ({
  guild_id,
  user_id,
  username,
  profile: profile ?? { id: user_id },
});
