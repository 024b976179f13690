import { z } from 'zod';
import { flag, integer, secret, text, url } from '@discord-relay/platform';
import { isPublicUrl } from './public-url.js';

/** What stands in the examples of this repository, and is therefore no secret. */
const EXAMPLE = /^replace-/;

/** Environment variables of who comes in. */
export const authKeys = {
  JWT_SECRET: text()
    .min(32, 'must have at least 32 characters')
    .refine((secret) => !EXAMPLE.test(secret), { error: 'is still the example: use random characters' })
    .optional()
    .describe('Secret of HS256 tokens, the service’s own. This, JWT_JWKS_URL or both.'),
  JWT_JWKS_URL: url('https', 'http')
    .optional()
    .describe('Where the public keys of RS256 and ES256 tokens are, those of another identity provider.'),
  JWT_ISSUER: text().default('discord-relay').describe('`iss` that HS256 tokens must have.'),
  JWT_JWKS_ISSUER: text()
    .optional()
    .describe('`iss` that tokens of the identity provider must have; JWT_ISSUER unless set.'),
  JWT_AUDIENCE: text().default('discord-relay').describe('`aud` that tokens must have.'),
  JWT_CLOCK_TOLERANCE_S: integer(0, 600)
    .default(5)
    .describe('How far the clocks of who signs tokens and of this service may be apart.'),
  LOCAL_LOGIN: flag()
    .default(false)
    .describe(
      '`true` gives an admin token to everybody who asks on this machine, by a loopback name: for a local stack only.',
    ),
  DISCORD_CLIENT_ID: z
    .string()
    .regex(/^\d{1,20}$/, 'must be the id of the application')
    .optional()
    .describe('Application whose OAuth2 logs people in; without it nobody logs in with Discord.'),
  DISCORD_CLIENT_SECRET: secret().optional().describe('Secret of the application’s OAuth2.'),
  DISCORD_API_URL: url('http', 'https')
    .default('https://discord.com/api')
    .describe('Base of the Discord REST API; its host also has the page on which people allow the log-in.'),
  PUBLIC_URL: url('http', 'https')
    .refine(isPublicUrl, {
      error:
        'must be like https://relay.example.com or https://example.com/relay, without a slash at the end',
    })
    .optional()
    .describe(
      'Address at which browsers know this service, with its path prefix if it has one. `<it>/api/auth/discord/callback` has to be a redirect of the application.',
    ),
  SESSION_DAYS: integer(1, 365)
    .default(30)
    .describe('How long a log-in with Discord lasts before it has to be done again.'),
  AUDIT_RETENTION_DAYS: integer(1, 3_650)
    .default(365)
    .describe('How long is kept who logged in, was refused or administered something.'),
};

export type AuthConfig = z.output<z.ZodObject<typeof authKeys>> & { NODE_ENV: string };

type Refuse = (key: string, message: string) => void;

/** What the keys must be together. */
export function checkAuthKeys(config: AuthConfig, refuse: Refuse): void {
  if (!config.JWT_SECRET && !config.JWT_JWKS_URL)
    refuse('JWT_SECRET', 'missing: set it, or JWT_JWKS_URL, or both');
  if (config.LOCAL_LOGIN && config.NODE_ENV === 'production')
    refuse('LOCAL_LOGIN', 'must not be true in production');
  if (config.LOCAL_LOGIN && !config.JWT_SECRET) refuse('LOCAL_LOGIN', 'needs JWT_SECRET');
  if (config.DISCORD_CLIENT_ID) checkDiscordKeys(config, refuse);
}

function checkDiscordKeys(config: AuthConfig, refuse: Refuse): void {
  for (const key of ['DISCORD_CLIENT_SECRET', 'PUBLIC_URL', 'JWT_SECRET'] as const)
    if (!config[key]) refuse(key, 'missing: DISCORD_CLIENT_ID needs it');
  if (EXAMPLE.test(config.DISCORD_CLIENT_SECRET ?? ''))
    refuse('DISCORD_CLIENT_SECRET', 'is still the example');
  if (config.NODE_ENV === 'production' && config.PUBLIC_URL?.startsWith('http:'))
    refuse('PUBLIC_URL', 'must be https in production: cookies of log-ins are sent to no other');
}
