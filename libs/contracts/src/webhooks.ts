import type { IsoTime, Seq, Uri, Uuid } from './formats.js';
import type { Snowflake } from './snowflake.js';
import type { PublicEventType } from './changes/public-event-types.js';

/** The longest timeout for a receiver's response, in milliseconds. */
export const WEBHOOK_TIMEOUT_MAX_MS = 60_000;

/** `gap`: changes are missing here; it is sent regardless of filters. `test`: an operator tests the endpoint. */
export type WebhookEvent = PublicEventType | 'gap' | 'test';

/**
 * `past_retention`: the changes after `after` up to `until` are no longer stored, or never were. `cursor_unknown`: the cursor
 * belongs to another log. `unreadable`: a newer version wrote the change, and this version cannot send it.
 */
export interface WebhookGap {
  guildId: Snowflake;
  after: number;
  until: number;
  reason: 'past_retention' | 'cursor_unknown' | 'unreadable';
  seq: Seq;
}

/**
 * The body of a delivery, as Standard Webhooks defines it. `data` is the payload of the live protocol, with its cursor.
 */
export interface WebhookBody {
  type: WebhookEvent;
  /** When it was committed, ISO 8601. */
  timestamp: IsoTime;
  data: { seq: Seq };
}

/** Where the events of one guild are posted. `channels` and `types` are null for all. */
export interface WebhookEndpoint {
  id: Uuid;
  guildId: Snowflake;
  url: Uri;
  description: string;
  channels: Snowflake[] | null;
  types: PublicEventType[] | null;
  enabled: boolean;
  /** `gone`: the receiver answered 410. `failing`: deliveries failed for too long. `admin`: an admin disabled it. */
  disabledReason: 'gone' | 'failing' | 'admin' | null;
  /** Everything up to here was delivered or abandoned. */
  cursor: Seq;
  /** Failed attempts of the next delivery. */
  attempts: number;
  nextAttemptAt: IsoTime | null;
  failingSince: IsoTime | null;
  lastError: string | null;
  createdAt: IsoTime;
  createdBy: string;
}

/** The result of one delivery. The sent body is not stored. */
export interface WebhookDelivery {
  /** `webhook-id`: the same for every attempt. */
  id: string;
  seq: Seq;
  type: WebhookEvent;
  state: 'delivered' | 'dead';
  attempts: number;
  /** HTTP status of the last response; null when there was none. */
  status: number | null;
  error: string | null;
  finishedAt: IsoTime;
}

/** Returned only once, on creation. */
export interface WebhookSecret {
  secret: string;
  /** Until this time, deliveries are signed with the previous secrets too. */
  previousValidUntil: IsoTime | null;
  /** Number of older secrets that stop signing before their time is over: at most four secrets sign a delivery. */
  endedEarly: number;
}

/** The result of a manual attempt. */
export interface WebhookAttempt {
  id: string;
  delivered: boolean;
  status: number | null;
  error: string | null;
}

export interface NewWebhook {
  guildId: Snowflake;
  url: string;
  description?: string;
  channels?: Snowflake[] | null;
  types?: PublicEventType[] | null;
}
