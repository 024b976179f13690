import type { Snowflake } from '@discord-relay/contracts';
import type { GuildFields } from '../shared/rows.js';

export type GuildOp = { model: 'guilds' } &
  /** `joined`: the guild is present now, whatever was known before. */
  (
    | { op: 'upsert'; guild: GuildFields; joined: boolean }
    | { op: 'unavailable'; id: Snowflake }
    | { op: 'leave'; id: Snowflake; at: string }
  );
