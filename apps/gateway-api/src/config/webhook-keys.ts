import { WEBHOOK_TIMEOUT_MAX_MS } from '@discord-relay/contracts';
import { integer } from '@discord-relay/platform';
import { z } from 'zod';
import { isCidrBlock } from '../network/ip-address.js';

const KEY_BYTES = 32;

export const webhookKeys = {
  WEBHOOK_KEY: z
    .string()
    .transform((text) => text.split(',').map((key) => Buffer.from(key, 'base64')) as [Buffer, ...Buffer[]])
    .refine((keys) => keys.every(({ byteLength }) => byteLength === KEY_BYTES), {
      error: 'must be 32 random bytes in base64, for example from `openssl rand -base64 32`',
    })
    .optional()
    .describe(
      'Encrypts the secrets of webhooks: 32 bytes in base64, followed by the keys that it replaces, comma-separated. Without it webhooks are off.',
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
      error: 'must be address ranges such as 10.1.0.0/16, separated by commas',
    })
    .describe(
      'Address ranges, comma-separated, to which webhooks may be posted although they are not public; also over plain HTTP.',
    ),
  WEBHOOK_TIMEOUT_MS: integer(100, WEBHOOK_TIMEOUT_MAX_MS)
    .default(10_000)
    .describe('How long a webhook receiver may take to respond.'),
  WEBHOOK_RETRY_FIRST_MS: integer(10, 600_000)
    .default(5_000)
    .describe(
      'Delay after the first failed attempt of a delivery; it doubles with each failure, up to an hour.',
    ),
  WEBHOOK_MAX_ATTEMPTS: integer(1, 100)
    .default(12)
    .describe('Number of attempts after which a webhook delivery is abandoned and the next one is posted.'),
  WEBHOOK_DISABLE_AFTER_HOURS: integer(1, 720)
    .default(24)
    .describe('How long a webhook endpoint may accept nothing before it is disabled.'),
};
