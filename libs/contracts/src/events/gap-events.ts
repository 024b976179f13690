import type { Snowflake } from '../snowflake.js';

export type GapCause = 'session_lost' | 'first_start';

/** What backfill cannot bring back, in stable words. */
export type Unrecoverable =
  | 'intermediate_edits'
  | 'typing'
  | 'presence'
  | 'voice_moves'
  | 'beyond_horizon'
  | 'messages_created_and_deleted'
  | 'reaction_order'
  /** As many others instead of those who reacted: only a request for each emoji of each message would tell. */
  | 'reactions_exchanged'
  | `no_read_history:${string}`;

export interface GapOpened {
  /** `<lostSessionId|first>:<newSessionId>`; each guild that is concerned has an event of its own. */
  gapId: string;
  shardId: number;
  shardCount: number;
  cause: GapCause;
  lostSessionId: string | null;
  lostSequence: number | null;
  /** The last dispatch that was acknowledged; null where nothing is known before. */
  from: { time: string | null; snowflake: Snowflake | null };
  /** READY of the new session. */
  to: { time: string; snowflake: Snowflake };
}

export interface Recovered {
  messages: number;
  edits: number;
  deletions: number;
  reactions: number;
  threads: number;
}

export interface GapClosed {
  gapId: string;
  recovered: Recovered;
  unrecoverable: Unrecoverable[];
  channels: { done: number; skipped: number };
}

export interface GapEvents {
  'gap.opened': GapOpened;
  'gap.closed': GapClosed;
}
