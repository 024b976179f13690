import type { OpenAPIObject } from '@nestjs/swagger';
import { TEXT } from './schema-of.js';

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
