import { z } from 'zod';
import { flag, integer, secret, text, url } from '@discord-relay/platform';
import { isPublicUrl } from './public-url.js';

/** The placeholders of this repository's examples, which are not secret. */
const EXAMPLE = /^replace-/;

/** Environment variables of authentication. */
export const authKeys = {
  JWT_SECRET: text()
    .min(32, 'must have at least 32 characters')
    .refine((secret) => !EXAMPLE.test(secret), { error: 'is still the example: use random characters' })
    .optional()
    .describe('Secret for HS256 tokens, which the service signs itself. Set this, JWT_JWKS_URL or both.'),
  JWT_JWKS_URL: url('https', 'http')
    .optional()
    .describe('URL of the public keys (JWKS) of another identity provider’s RS256 and ES256 tokens.'),
  JWT_ISSUER: text().default('discord-relay').describe('`iss` that HS256 tokens must have.'),
  JWT_JWKS_ISSUER: text()
    .optional()
    .describe('`iss` that tokens of the identity provider must have; default: JWT_ISSUER.'),
  JWT_AUDIENCE: text().default('discord-relay').describe('`aud` that tokens must have.'),
  JWT_CLOCK_TOLERANCE_S: integer(0, 600)
    .default(5)
    .describe('Tolerated difference between the clocks of this service and of the token issuers.'),
  LOCAL_LOGIN: flag()
    .default(false)
    .describe(
      '`true` gives an admin token to every caller on this machine that uses a loopback name: for a local stack only.',
    ),
  DISCORD_CLIENT_ID: z
    .string()
    .regex(/^\d{1,20}$/, 'must be the id of the application')
    .optional()
    .describe('Application id for log-in with Discord (OAuth2); without it that log-in is off.'),
  DISCORD_CLIENT_SECRET: secret().optional().describe('Client secret of the application.'),
  DISCORD_API_URL: url('http', 'https')
    .default('https://discord.com/api')
    .describe(
      'Base URL of the Discord REST API; its host also serves the page on which users allow the log-in.',
    ),
  PUBLIC_URL: url('http', 'https')
    .refine(isPublicUrl, {
      error:
        'must be like https://relay.example.com or https://example.com/relay, without a slash at the end',
    })
    .optional()
    .describe(
      'URL of this service as browsers see it, with its path prefix if it has one. `<PUBLIC_URL>/api/auth/discord/callback` must be a redirect of the application.',
    ),
  SESSION_DAYS: integer(1, 365)
    .default(30)
    .describe('How long a log-in with Discord lasts before the user must log in again.'),
  AUDIT_RETENTION_DAYS: integer(1, 3_650).default(365).describe('How long the audit log is kept.'),
};

export type AuthConfig = z.output<z.ZodObject<typeof authKeys>> & { NODE_ENV: string };

type Refuse = (key: string, message: string) => void;

/** Checks that concern several keys. */
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
    refuse('PUBLIC_URL', 'must be https in production: browsers send log-in cookies over https only');
}
