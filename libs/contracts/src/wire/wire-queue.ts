import type { Snowflake } from '../snowflake.js';

/**
 * `waiting`: a member wrote last and waits for staff. `answered`: staff wrote last. `solved`: the thread has a solved tag, or
 * is archived where that means solved. `gone`: not in the queue any more; only in live updates.
 */
export const QUEUE_STATES = ['waiting', 'answered', 'solved'] as const;
export type QueueState = (typeof QUEUE_STATES)[number];

export interface QueuePerson {
  id: Snowflake;
  /** The name in the guild; null: not known. */
  name: string | null;
}

/** A conversation of the support queue: a thread, a forum post, or a member's messages in a text channel. Times are ISO 8601. */
export interface QueueEntry {
  /** The thread, or the first message of a member in a text channel; an entry that comes again replaces the earlier one. */
  id: Snowflake;
  guildId: Snowflake;
  /** Where it is written: the thread, or the text channel. */
  channelId: Snowflake;
  /** The channel of the thread; null: a message of a text channel. */
  parentId: Snowflake | null;
  /** Name of the thread or channel. */
  name: string;
  state: QueueState | 'gone';
  /** Who asked; null: not known. */
  opener: QueuePerson | null;
  openedAt: string;
  /** null: nobody has written yet. */
  lastSpeaker: QueuePerson | null;
  lastMessageAt: string | null;
  /** The oldest message that staff has not answered; null: nothing waits. */
  waitingSince: string | null;
  firstResponseAt: string | null;
  /** From the question to the first answer of staff, in seconds. */
  firstResponseS: number | null;
}

/** `GET /api/v1/guilds/:id/queue`, limited to what the caller may read; longest waiting first. */
export interface RestQueuePage {
  entries: QueueEntry[];
  /** What to pass as `after` for the next page; null: there is none. */
  next: string | null;
  counts: Record<QueueState, number>;
  /** Whether an admin has set the queue up. */
  configured: boolean;
  /** The cursor at which live delivery goes on. */
  seq: number;
}

/** Who answers, where, and what means solved. */
export interface QueueSettings {
  /** Members with one of these roles are staff. */
  staffRoleIds: Snowflake[];
  /** Channels whose threads and posts are in the queue. */
  channelIds: Snowflake[];
  /** Text channels whose messages are in the queue. */
  messageChannelIds: Snowflake[];
  /** Forum tags that mean solved. */
  solvedTagIds: Snowflake[];
  /** Whether an archived thread is solved. */
  solvedWhenArchived: boolean;
}

/** `GET` and `PUT /api/v1/guilds/:id/queue/settings`. */
export interface RestQueueSettings extends QueueSettings {
  /** Increases with every change; 0: never set. */
  revision: number;
  updatedBy: string | null;
  updatedAt: string | null;
}

export const NO_QUEUE: QueueSettings = {
  staffRoleIds: [],
  channelIds: [],
  messageChannelIds: [],
  solvedTagIds: [],
  solvedWhenArchived: true,
};

/**
 * `queue_update`: entries as they are now. It tells the state and not the steps, so it has no `prev`; entries of state `gone`
 * are removed.
 */
export interface QueueUpdate {
  guildId: Snowflake;
  entries: QueueEntry[];
  /** Everything may be different (settings, rights, read models): read the queue again. */
  reload: boolean;
  /** The cursor that the entries are of. */
  seq: number;
}

export interface SubscribeQueueRequest {
  guildId: Snowflake;
}
