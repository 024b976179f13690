import type { Snowflake } from '@discord-relay/contracts';
import type { GuildFields } from '../shared/rows.js';

export type GuildOp = { model: 'guilds' } &
  /** `joined`: the guild is present now, even if it was marked as left. */
  (
    | { op: 'upsert'; guild: GuildFields; joined: boolean }
    | { op: 'unavailable'; id: Snowflake }
    | { op: 'leave'; id: Snowflake; at: string }
  );
