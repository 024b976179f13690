import type { IsoTime, Seq } from '../formats.js';
import type { Snowflake } from '../snowflake.js';

/**
 * `waiting`: a member wrote last and waits for staff. `answered`: staff wrote last. `solved`: the thread has a solved tag, or
 * is archived and archived threads count as solved. `gone`: no longer in the queue; only in live updates.
 */
export const QUEUE_STATES = ['waiting', 'answered', 'solved'] as const;
export type QueueState = (typeof QUEUE_STATES)[number];

/** `threads`: QUEUE_MAX_THREADS, `messages`: QUEUE_MAX_MESSAGES. */
export const QUEUE_LIMITS = ['threads', 'messages'] as const;
export type QueueLimit = (typeof QUEUE_LIMITS)[number];

export interface QueuePerson {
  id: Snowflake;
  /** The name in the guild; null: not known. */
  name: string | null;
}

/** A conversation of the support queue: a thread, a forum post, or a member's messages in a text channel. Times are ISO 8601. */
export interface QueueEntry {
  /**
   * The thread, or the first message of a member in a text channel. A later entry with the same id replaces the earlier one.
   */
  id: Snowflake;
  guildId: Snowflake;
  /** Where the conversation is: the thread, or the text channel. */
  channelId: Snowflake;
  /** The channel of the thread; null: a message in a text channel. */
  parentId: Snowflake | null;
  /** Name of the thread or channel. */
  name: string;
  state: QueueState | 'gone';
  /** The author of the question; null: not known. */
  opener: QueuePerson | null;
  openedAt: IsoTime;
  /** null: no message yet. */
  lastSpeaker: QueuePerson | null;
  lastMessageAt: IsoTime | null;
  /** The oldest message that staff has not answered; null: none. */
  waitingSince: IsoTime | null;
  firstResponseAt: IsoTime | null;
  /** From the question to the first answer by staff, in seconds. */
  firstResponseS: number | null;
}

/** `GET /api/v1/guilds/:id/queue`, limited to what the caller may read; longest waiting first. */
export interface RestQueuePage {
  entries: QueueEntry[];
  /** What to pass as `after` for the next page; null: this is the last page. */
  next: string | null;
  counts: Record<QueueState, number>;
  /** The limits that leave out older conversations: threads, or messages of a text channel. Empty: the queue is complete. */
  beyondLimit: QueueLimit[];
  /** Whether an admin has set the queue up. */
  configured: boolean;
  /** The cursor from which live updates continue. */
  seq: Seq;
}

/** Conversations that were opened in a time, in their current state, and how long their first responses took. */
export interface QueueCounts {
  opened: number;
  waiting: number;
  answered: number;
  solved: number;
  /** Conversations with a response by staff. */
  responded: number;
  /** Half of the first responses took at most this long; null: there are none. In seconds. */
  firstResponseMedianS: number | null;
  /** Nine of ten first responses took at most this long; null: there are none. In seconds. */
  firstResponseP90S: number | null;
}

/** `GET /api/v1/guilds/:id/queue/statistics`, limited to what the caller may read. */
export interface RestQueueStatistics {
  guildId: Snowflake;
  /** The IANA time zone of the days. */
  zone: string;
  /** In order; a day on which no conversation was opened is absent. `day`: `2026-03-01`. */
  days: (QueueCounts & { day: string })[];
  total: QueueCounts;
  /** As in `RestQueuePage`. */
  beyondLimit: QueueLimit[];
  configured: boolean;
}

/** The staff roles, the channels of the queue, and the rules for solved entries. */
export interface QueueSettings {
  /** Members with one of these roles are staff. */
  staffRoleIds: Snowflake[];
  /** Channels whose threads and posts belong to the queue. */
  channelIds: Snowflake[];
  /** Text channels whose messages belong to the queue. */
  messageChannelIds: Snowflake[];
  /** Forum tags that mark a post as solved. */
  solvedTagIds: Snowflake[];
  /** Whether archived threads count as solved. */
  solvedWhenArchived: boolean;
}

/** `GET` and `PUT /api/v1/guilds/:id/queue/settings`. */
export interface RestQueueSettings extends QueueSettings {
  /** Increases with every change; 0: never set. */
  revision: number;
  updatedBy: string | null;
  updatedAt: IsoTime | null;
}

export const NO_QUEUE: QueueSettings = {
  staffRoleIds: [],
  channelIds: [],
  messageChannelIds: [],
  solvedTagIds: [],
  solvedWhenArchived: true,
};

/**
 * `queue_update`: entries in their current state. It has no `prev`, because it carries states, not steps; entries with state
 * `gone` are removed.
 */
export interface QueueUpdate {
  guildId: Snowflake;
  entries: QueueEntry[];
  /** Anything may have changed (settings, rights, read models): read the queue again. */
  reload: boolean;
  /** The cursor at which the entries were computed. */
  seq: Seq;
}

export interface SubscribeQueueRequest {
  guildId: Snowflake;
}
