import type { Snowflake } from '@discord-relay/contracts';
import type { MemberFields } from '../shared/rows.js';

/** Members whose ids are greater than `afterId` and at most `upToId`, except those in `keep`. */
export interface MemberRange {
  guildId: Snowflake;
  afterId: Snowflake;
  upToId: Snowflake;
  keep: Snowflake[];
}

export type MemberOp = { model: 'members' } &
  /** `how`: a join, another change of a member, or a list from Discord. */
  (
    | { op: 'upsert'; member: MemberFields; how: 'joined' | 'updated' | 'synced'; at: string }
    | {
        op: 'leave';
        member: Pick<MemberFields, 'guild_id' | 'user_id' | 'username' | 'profile'>;
        at: string;
      }
    | ({ op: 'leave_except'; at: string } & MemberRange)
  );
