import type { OpenAPIObject } from '@nestjs/swagger';
import { TEXT } from './schema-of.js';

const HEADERS = {
  'webhook-id': 'The same at every attempt to deliver an event.',
  'webhook-timestamp': 'When this attempt was made, in seconds since 1970.',
  'webhook-signature': 'One signature for each valid secret, separated by spaces.',
};

/** What webhooks post: the `webhooks` section of the document. */
export const POSTED: NonNullable<OpenAPIObject['webhooks']> = {
  event: {
    post: {
      operationId: 'postEvent',
      tags: ['Webhooks'],
      // Authenticated by the signature in the headers (Standard Webhooks).
      security: [],
      summary: 'An event of a guild, with the headers of Standard Webhooks.',
      parameters: Object.entries(HEADERS).map(([name, description]) => ({
        name,
        in: 'header',
        required: true,
        description,
        schema: TEXT,
      })),
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/WebhookBody' } } },
      },
      responses: {
        '2XX': { description: 'The receiver accepted the event.' },
        '410': { description: 'The receiver is gone: nothing more is posted to it.' },
        default: { description: 'The event is posted again later, not before `Retry-After`.' },
      },
    },
  },
};
