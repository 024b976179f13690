import { z } from 'zod';
import type { CodeChallenge } from './challenge.js';
import { isSnowflake } from '../state/model/snowflakes.js';
import { parseBody } from '../http/parse-body.js';
import { invalidForm } from '../http/discord-error.js';

const SCOPES = new Set(['identify', 'guilds', 'guilds.members.read']);

const query = z.looseObject({
  response_type: z.literal('code'),
  client_id: z.string().refine(isSnowflake, 'Value is not snowflake.'),
  redirect_uri: z.url({ protocol: /^https?$/, message: 'Not a well formed URL.' }),
  scope: z.string().min(1, 'This field is required'),
  state: z.string().optional(),
  code_challenge: z
    .string()
    .regex(/^[\w.~-]{43,128}$/, 'Not a code challenge.')
    .optional(),
  code_challenge_method: z.enum(['S256', 'plain']).default('plain'),
  user: z.string().optional(),
  approve: z.enum(['true', 'false']).optional(),
});

/** An application's authorization request, with the user's decision if there is one. */
export interface AuthorizeRequest {
  clientId: string;
  redirectUri: string;
  scopes: ReadonlySet<string>;
  state: string | null;
  challenge: CodeChallenge | null;
  answer: { approved: true; userId: string | undefined } | { approved: false } | null;
}

/** @throws DiscordError 50035 for missing or unknown parameters. */
export function parseAuthorize(raw: unknown): AuthorizeRequest {
  const given = parseBody(query, raw);
  const scopes = new Set(given.scope.split(' ').filter((scope) => scope !== ''));
  for (const scope of scopes) {
    if (SCOPES.has(scope)) continue;
    throw invalidForm({ field: 'scope', code: 'BASE_TYPE_CHOICES', message: `Unknown scope "${scope}".` });
  }
  return {
    clientId: given.client_id,
    redirectUri: given.redirect_uri,
    scopes,
    state: given.state ?? null,
    challenge:
      given.code_challenge === undefined
        ? null
        : { value: given.code_challenge, method: given.code_challenge_method },
    answer: answerOf(given.approve, given.user),
  };
}

function answerOf(approve: 'true' | 'false' | undefined, userId: string | undefined) {
  if (approve === undefined) return null;
  return approve === 'true' ? { approved: true as const, userId } : { approved: false as const };
}

/** The redirect URI of the application with the outcome added to its query. */
export function redirectTo(request: AuthorizeRequest, outcome: Record<string, string>): string {
  const url = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(outcome)) url.searchParams.set(name, value);
  if (request.state !== null) url.searchParams.set('state', request.state);
  return url.href;
}
