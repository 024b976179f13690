import type { IsoTime, Uuid } from '../formats.js';
import type { Snowflake } from '../snowflake.js';
import type { WireError } from './wire-requests.js';

/**
 * Why the content of a past event is withheld. `deleted`: the message was deleted since; `channel_deleted`: its channel was;
 * `not_projected`: the read models do not know the message; `superseded`: an edit replaced the content, and only analysts and
 * admins may read earlier ones.
 */
export type Redaction = 'deleted' | 'channel_deleted' | 'not_projected' | 'superseded';

/** Marks an event of a replay: a live event has no `replay`. */
export interface ReplayMark {
  id: Uuid;
  /** When the relay recorded the event; of a snapshot, the time that it shows. */
  at: IsoTime;
  /** Present if the content is withheld: the event has ids and times, and otherwise empty values. */
  redacted?: Redaction;
}

/** A payload of the live protocol that may also come from a replay. */
export type Replayable<T> = T & { replay?: ReplayMark };

/** Exactly one of `channelId` and `guildId`. */
export interface ReplayStartRequest {
  channelId?: Snowflake;
  guildId?: Snowflake;
  /** ISO 8601 (a day in UTC, or a time with its offset), or relative to now: `now-2h`. */
  from: string;
  /** As `from`; default: now. */
  to?: string;
  /** 1 to 1,000: how many times faster than the events were recorded; default: 1. */
  speed?: number;
  /** Whether times without events are skipped; default: false. */
  skipQuiet?: boolean;
  /** Number of messages in a snapshot of a channel, 1 to 100; default: 50. */
  limit?: number;
}

export interface ReplayRequest {
  /** The `id` of the answer to `replay_start`. */
  id: Uuid;
}

export interface ReplaySeekRequest extends ReplayRequest {
  /** A time within the range of the replay, in a form of `from`. */
  at: string;
}

/** An absent field does not change. */
export interface ReplaySpeedRequest extends ReplayRequest {
  speed?: number;
  skipQuiet?: boolean;
}

export interface ReplayStatus {
  id: Uuid;
  from: IsoTime;
  to: IsoTime;
  /** The time that the replay has reached. */
  at: IsoTime;
  speed: number;
  skipQuiet: boolean;
  paused: boolean;
}

/** Nothing was recorded between these times: the replay continues at `to`. */
export interface ReplaySkipped {
  id: Uuid;
  from: IsoTime;
  to: IsoTime;
}

/** A time of the range in which events were not received, or of which the log no longer has the events. */
export interface ReplayGap {
  id: Uuid;
  guildId: Snowflake;
  /** null: `not_kept`. */
  gapId: string | null;
  /** `session_lost` or `first_start`; `not_kept`: the log no longer has the beginning of the range; null: not known. */
  cause: string | null;
  /** null: not known, or before the range. */
  from: IsoTime | null;
  to: IsoTime | null;
  /** When backfill had read what was missing; null: it has not, or it does not apply. */
  closedAt: IsoTime | null;
  /** What backfill could not recover, as in the list of gaps; null: not known. */
  unrecoverable: string[] | null;
}

/** The last event of a replay. */
export interface ReplayEnded {
  id: Uuid;
  at: IsoTime;
  reason: 'complete' | 'stopped' | 'failed';
  /** Only with `failed`. */
  error?: WireError;
}
