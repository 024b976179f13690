import type { Snowflake } from './snowflake.js';
import type { ToldType } from './wire/told-types.js';

/** The longest that a receiver may be given to answer, in milliseconds. */
export const WEBHOOK_TIMEOUT_MAX_MS = 60_000;

/** `gap`: changes are missing here; it comes whatever the filters say. `test`: an operator tries the endpoint out. */
export type WebhookEvent = ToldType | 'gap' | 'test';

/**
 * `past_retention`: the changes after `after` up to `until` are no longer kept, or never were; `cursor_unknown`: the
 * cursor was not of this log; `unreadable`: a newer version wrote the change, this one cannot tell it.
 */
export interface WebhookGap {
  guildId: Snowflake;
  after: number;
  until: number;
  reason: 'past_retention' | 'cursor_unknown' | 'unreadable';
  seq: number;
}

/** The body of a delivery, as Standard Webhooks has it. `data` is the payload of the live protocol, with its cursor. */
export interface WebhookBody {
  type: WebhookEvent;
  /** When it was committed, ISO 8601. */
  timestamp: string;
  data: { seq: number };
}

/** Where events of one guild are posted. `channels` and `types` null: all. */
export interface WebhookEndpoint {
  id: string;
  guildId: Snowflake;
  url: string;
  description: string;
  channels: Snowflake[] | null;
  types: ToldType[] | null;
  enabled: boolean;
  /** `gone`: the receiver answered 410; `failing`: nothing was taken for too long; `admin`: switched off. */
  disabledReason: 'gone' | 'failing' | 'admin' | null;
  /** Everything up to here was delivered or given up. */
  cursor: number;
  /** Failed attempts of the delivery that is next. */
  attempts: number;
  nextAttemptAt: string | null;
  failingSince: string | null;
  lastError: string | null;
  createdAt: string;
  createdBy: string;
}

/** What became of one delivery. What was sent is not kept. */
export interface WebhookDelivery {
  /** `webhook-id`: the same each time it is sent. */
  id: string;
  seq: number;
  type: WebhookEvent;
  state: 'delivered' | 'dead';
  attempts: number;
  /** Of the last answer; null when there was none. */
  status: number | null;
  error: string | null;
  finishedAt: string;
}

/** Told once, when it is made. */
export interface WebhookSecret {
  secret: string;
  /** Until then deliveries are signed with the secrets before it too. */
  previousValidUntil: string | null;
}

/** What one attempt that was asked for led to. */
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
  types?: ToldType[] | null;
}
