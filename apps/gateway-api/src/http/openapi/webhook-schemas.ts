import type { OpenAPIObject } from '@nestjs/swagger';
import {
  PUBLIC_EVENT_TYPES,
  type WebhookAttempt,
  type WebhookBody,
  type WebhookDelivery,
  type WebhookEndpoint,
  type WebhookSecret,
} from '@discord-relay/contracts';
import {
  ANYTHING,
  FLAG,
  ID,
  list,
  object,
  orNull,
  type Schema,
  type SchemaObject,
  SEQ,
  TEXT,
  TIME,
  WHOLE,
} from './schema-of.js';

const UUID: SchemaObject = { type: 'string', format: 'uuid' };
const oneOf = (...values: string[]): SchemaObject => ({ type: 'string', enum: values });
const EVENT = oneOf(...PUBLIC_EVENT_TYPES, 'gap', 'test');
const STATUS = orNull({ ...WHOLE, description: 'HTTP status of the last answer; null when there was none.' });

const ENDPOINT_FIELDS = {
  id: UUID,
  guildId: ID,
  url: { type: 'string', format: 'uri' } as Schema,
  description: TEXT,
  channels: orNull(list(ID)),
  types: orNull(list(oneOf(...PUBLIC_EVENT_TYPES))),
  enabled: FLAG,
  disabledReason: orNull(oneOf('gone', 'failing', 'admin')),
  cursor: SEQ,
  attempts: { ...WHOLE, description: 'Failed attempts of the delivery that is next.' },
  nextAttemptAt: orNull(TIME),
  failingSince: orNull(TIME),
  lastError: orNull(TEXT),
  createdAt: TIME,
  createdBy: TEXT,
};

const SECRET_FIELDS = {
  secret: { type: 'string', description: '`whsec_` and base64, as Standard Webhooks has it.' } as Schema,
  previousValidUntil: orNull(TIME),
};

/** Of where events are posted to. */
export const WEBHOOK_SCHEMAS = {
  Webhook: object<WebhookEndpoint>(ENDPOINT_FIELDS, {}),
  WebhookSecret: object<WebhookSecret>(SECRET_FIELDS, {}, 'Nobody can show the secret again.'),
  NewWebhook: object<WebhookEndpoint & WebhookSecret>(
    { ...ENDPOINT_FIELDS, ...SECRET_FIELDS },
    {},
    'With its secret, which nobody can show again.',
  ),
  WebhookDelivery: object<WebhookDelivery>(
    {
      id: { type: 'string', description: 'The `webhook-id`.' },
      seq: SEQ,
      type: EVENT,
      state: oneOf('delivered', 'dead'),
      attempts: WHOLE,
      status: STATUS,
      error: orNull(TEXT),
      finishedAt: TIME,
    },
    {},
  ),
  WebhookAttempt: object<WebhookAttempt>(
    { id: TEXT, delivered: FLAG, status: STATUS, error: orNull(TEXT) },
    {},
  ),
  WebhookBody: object<WebhookBody>(
    { type: EVENT, timestamp: TIME, data: ANYTHING },
    {},
    'What is posted, signed as Standard Webhooks has it; `data` is the payload of the live protocol with its `seq`.',
  ),
} satisfies Record<string, SchemaObject>;

/** What is posted, for `webhooks` of the document. */
export const POSTED: NonNullable<OpenAPIObject['webhooks']> = {
  event: {
    post: {
      operationId: 'postEvent',
      tags: ['Webhooks'],
      // Signed, as Standard Webhooks has it: the headers are the proof.
      security: [],
      summary: 'An event of a server; the headers are those of Standard Webhooks.',
      parameters: ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
        name,
        in: 'header',
        required: true,
        schema: TEXT,
      })),
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/WebhookBody' } } },
      },
      responses: {
        '2XX': { description: 'It was taken.' },
        '410': { description: 'Nothing is to be posted here any more.' },
        default: { description: 'It is posted again later, no sooner than `Retry-After` says.' },
      },
    },
  },
};
