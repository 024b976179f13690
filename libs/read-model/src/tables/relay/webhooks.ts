import type {
  PublicEventType,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookEvent,
} from '@discord-relay/contracts';
import {
  bigCount,
  bool,
  int,
  jsonb,
  nullable,
  snowflake,
  snowflakes,
  text,
  texts,
  time,
  uuid,
} from '../description/column.js';
import { defineTable } from '../description/table.js';

/** A secret, encrypted with WEBHOOK_KEY; deliveries are signed with it until it expires. */
export interface SealedSecret {
  sealed: string;
  /** ISO 8601; null: the current secret. */
  until: string | null;
}

/** Every delivery rewrites the row: free space on the page keeps those updates off the indexes (HOT). */
export const WEBHOOK_ENDPOINTS = defineTable({
  name: 'webhook_endpoints',
  meaning: 'A URL that the events of a guild are posted to, and its position in the change feed.',
  key: ['id'],
  columns: {
    id: uuid(),
    guild_id: snowflake(),
    url: text(),
    description: text(),
    channel_ids: nullable(snowflakes('null: all.')),
    types: nullable(texts<PublicEventType>('null: all.')),
    secrets: jsonb<SealedSecret[]>(),
    enabled: bool('', { default: 'true' }),
    disabled_reason: nullable(text<NonNullable<WebhookEndpoint['disabledReason']>>()),
    seq: bigCount(
      'Stream sequence: everything up to it is delivered, and `part` events of the change after it.',
    ),
    part: int('', { default: '0' }),
    attempts: int('Failed attempts of the next delivery.', { default: '0' }),
    due_at: time('', { default: 'now()' }),
    failing_since: nullable(time('When the first of the current series of failures happened.')),
    last_error: nullable(text()),
    epoch: bigCount('The fence: every claim and every change of the endpoint increments it.', {
      default: '0',
    }),
    owner: nullable(text()),
    lease_until: nullable(time()),
    created_by: text(),
    created_at: time('', { default: 'now()' }),
  },
  indexes: [{ name: 'webhook_endpoints_of_guild', on: 'guild_id' }],
  storage: 'fillfactor = 50',
});

export const WEBHOOK_DELIVERIES = defineTable({
  name: 'webhook_deliveries',
  meaning: 'The outcome of a delivery. Its body is only in `changes`, for as long as those are kept.',
  key: ['endpoint_id', 'seq', 'part'],
  columns: {
    endpoint_id: uuid(),
    seq: bigCount(),
    part: int('Which of the events of the change, from 0; -1: a gap that ends there.'),
    type: text<WebhookEvent>(),
    state: text<WebhookDelivery['state']>(),
    attempts: int(),
    status: nullable(int('HTTP status of the last response; null when there was none.')),
    error: nullable(text()),
    finished_at: time('', { default: 'now()' }),
  },
  indexes: [{ name: 'webhook_deliveries_by_time', on: 'finished_at' }],
  constraints: ['FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints ON DELETE CASCADE'],
});
