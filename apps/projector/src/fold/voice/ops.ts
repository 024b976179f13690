import type { Snowflake } from '@discord-relay/contracts';
import type { VoiceFields } from '../shared/rows.js';

export type VoiceOp = { model: 'voice' } &
  /** `username` absent: the event does not contain it; `avatar` is announced but not stored. */
  (
    | { op: 'enter'; voice: VoiceFields; avatar: string | null; at: string }
    | { op: 'leave'; guildId: Snowflake; userId: Snowflake }
    | { op: 'leave_except'; guildId: Snowflake; keep: Snowflake[] }
  );
