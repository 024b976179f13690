import { WEBHOOK_TIMEOUT_MAX_MS } from '@discord-relay/contracts';
import { integer } from '@discord-relay/platform';
import { z } from 'zod';
import { isCidrBlock } from '../network/ip-address.js';

const KEY_BYTES = 32;

/** Environment variables of webhooks. */
export const webhookKeys = {
  WEBHOOK_KEY: z
    .string()
    .transform((text) => text.split(',').map((key) => Buffer.from(key, 'base64')) as [Buffer, ...Buffer[]])
    .refine((keys) => keys.every(({ byteLength }) => byteLength === KEY_BYTES), {
      error: 'must be 32 random bytes in base64, for example of `openssl rand -base64 32`',
    })
    .optional()
    .describe(
      'Encrypts the secrets of webhooks: 32 bytes in base64, after a comma the keys it replaces. Without it there are none.',
    ),
  WEBHOOK_ALLOW_PRIVATE: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    )
    .refine((items) => items.every(isCidrBlock), {
      error: 'must be blocks of addresses such as 10.1.0.0/16, separated by commas',
    })
    .describe(
      'Blocks of addresses, comma-separated, that webhooks may be posted to though they are not public; over plain HTTP too.',
    ),
  WEBHOOK_TIMEOUT_MS: integer(100, WEBHOOK_TIMEOUT_MAX_MS)
    .default(10_000)
    .describe('How long a receiver may take to answer a webhook.'),
  WEBHOOK_RETRY_FIRST_MS: integer(10, 600_000)
    .default(5_000)
    .describe('Wait after the first failed attempt to post; it doubles with each, up to an hour.'),
  WEBHOOK_MAX_ATTEMPTS: integer(1, 100)
    .default(12)
    .describe('Attempts after which a webhook delivery is given up and the next one is posted.'),
  WEBHOOK_DISABLE_AFTER_HOURS: integer(1, 720)
    .default(24)
    .describe('A webhook endpoint that has taken nothing for this long is switched off.'),
};
