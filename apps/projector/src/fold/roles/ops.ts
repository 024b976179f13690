import type { Snowflake } from '@discord-relay/contracts';
import type { RoleFields } from '../shared/rows.js';

export type RoleOp = { model: 'roles' } &
  /** `synced`: Discord listed the role, so it exists even if it counted as deleted. */
  (
    | { op: 'upsert'; role: RoleFields; synced: boolean }
    | { op: 'delete'; id: Snowflake; guildId: Snowflake; at: string }
    | { op: 'remove_except'; guildId: Snowflake; keep: Snowflake[]; at: string }
  );
