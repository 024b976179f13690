import type { Snowflake } from '../snowflake.js';

export type GapCause = 'session_lost' | 'first_start';

/** What backfill cannot recover, as stable names. */
export type Unrecoverable =
  | 'intermediate_edits'
  | 'typing'
  | 'presence'
  | 'voice_moves'
  | 'beyond_horizon'
  | 'messages_created_and_deleted'
  | 'reaction_order'
  /**
   * As many users reacted as before, but different ones: only a request for each emoji of each message would reveal
   * that.
   */
  | 'reactions_exchanged'
  /** More messages were in the log than BACKFILL_COMPARE_MESSAGES; older ones were not compared. */
  | 'beyond_compared'
  /** Discord did not let the bot read the guild at all. */
  | 'guild_unread'
  | 'active_threads_unread'
  /** Some elements in Discord's lists had no readable id. */
  | 'unreadable_elements'
  | LeftOut
  /** Number of further entries that the event does not name. */
  | `and_more:${number}`;

/** Why a channel, a thread or a message was left out of a gap's recovery, as stable names. */
export type LeftOutReason =
  /** The bot may not read the history of this channel. */
  | 'no_read_history'
  /** Discord refused access to this channel, thread or message (50001, 50013). */
  | 'no_access'
  /** Discord does not know this channel or thread any more (10003). */
  | 'gone'
  /** The import ended at BACKFILL_LIMIT; older messages were not read. */
  | 'beyond_limit'
  /** The archived threads of this channel could not be listed. */
  | 'threads_unread'
  /** This channel has more archived threads than BACKFILL_THREADS; the others were not read. */
  | 'threads_beyond_limit'
  /** The reactions to this message: Discord does not know the message (10008), yet shows it. */
  | 'unknown_message'
  /** The reactions to this message: Discord does not know one of the emojis (10014). */
  | 'unknown_emoji'
  /** What Discord sent for this message could not be read as a message. */
  | 'unreadable'
  /** Discord refused with another code, several times. */
  | 'refused'
  /** Repeatedly no usable response over a long time, while other requests were answered. */
  | 'unreachable'
  /** Live traffic changed the message each time it was read. */
  | 'left_to_live_traffic';

/** `<reason>:<channelId>` or `<reason>:<channelId>/<messageId>`. */
export type LeftOut = `${LeftOutReason}:${string}`;

/** The channel that an entry of `unrecoverable` names; undefined for entries about the whole gap. */
export function channelOfUnrecoverable(entry: string): string | undefined {
  return /^(?!and_more:)[a-z_]+:(\d+)(?:\/\d+)?$/.exec(entry)?.[1];
}

export interface GapOpened {
  /** `<lostSessionId|first>:<newSessionId>`; each affected guild has a separate event. */
  gapId: string;
  shardId: number;
  shardCount: number;
  cause: GapCause;
  lostSessionId: string | null;
  lostSequence: number | null;
  /** The last acknowledged dispatch; null where none is known. */
  from: { time: string | null; snowflake: Snowflake | null };
  /** The READY of the new session. */
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
