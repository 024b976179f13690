import { z } from 'zod';
import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { DiscordUser } from './sessions.js';

export interface OAuthApplication {
  /** Base of Discord's REST API, for example `https://discord.com/api`. */
  apiUrl: string;
  clientId: string;
  clientSecret: string;
  /** Where Discord redirects the browser after the log-in. */
  redirectUri: string;
}

/** The user's identity only. */
const SCOPE = 'identify';
const TIMEOUT_MS = 10_000;

const tokens = z.object({ access_token: z.string() });
const user = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  username: z.string().max(100),
  avatar: z.string().nullable().default(null),
});

/**
 * Discord's OAuth2, authorization code with PKCE. Its tokens are revoked at once, because only the user's identity is needed.
 */
export class DiscordOAuth {
  constructor(
    private readonly application: OAuthApplication,
    private readonly logger: Logger,
  ) {}

  /** Discord's page on which the user allows the log-in; it is not part of the API. */
  authorizeUrl(state: string, challenge: string): string {
    const { apiUrl, clientId, redirectUri } = this.application;
    const url = new URL('/oauth2/authorize', apiUrl);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: SCOPE,
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    }).toString();
    return url.href;
  }

  /** @throws AppError `AUTH.LOGIN_FAILED` for a code that Discord does not accept, `DISCORD.UNREACHABLE` */
  async userOf(code: string, verifier: string): Promise<DiscordUser> {
    const { redirectUri } = this.application;
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    };
    const { access_token: token } = await this.request('oauth2/token', tokens, this.asForm(form));
    try {
      return await this.request('v10/users/@me', user, { headers: { authorization: `Bearer ${token}` } });
    } finally {
      void this.revokeToken(token);
    }
  }

  private async revokeToken(token: string): Promise<void> {
    try {
      await this.request('oauth2/token/revoke', z.unknown(), this.asForm({ token }));
    } catch (err) {
      this.logger.warn({ err }, 'cannot revoke the Discord token of a log-in; it expires within a week');
    }
  }

  private asForm(fields: Record<string, string>): RequestInit {
    const { clientId, clientSecret } = this.application;
    return {
      method: 'POST',
      body: new URLSearchParams({ ...fields, client_id: clientId, client_secret: clientSecret }),
    };
  }

  private async request<T>(path: string, shape: z.ZodType<T>, init: RequestInit): Promise<T> {
    const response = await this.fetch(path, init);
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answerIn(shape, body);
    const { error } = (body ?? {}) as { error?: unknown };
    this.logger.warn({ path, status: response.status, error }, 'Discord refused a log-in');
    // 400 `invalid_grant` means a used or invented code; any other refusal concerns the application or Discord itself.
    if (response.status === 400 && error === 'invalid_grant') throw new AppError('AUTH.LOGIN_FAILED');
    throw new AppError('DISCORD.UNREACHABLE', `Discord answered a log-in with status ${response.status}`);
  }

  private async fetch(path: string, init: RequestInit): Promise<Response> {
    const base = this.application.apiUrl.replace(/\/*$/, '/');
    try {
      return await fetch(new URL(path, base), { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (cause) {
      throw new AppError('DISCORD.UNREACHABLE', undefined, { cause });
    }
  }
}

function answerIn<T>(shape: z.ZodType<T>, body: unknown): T {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AppError('DISCORD.UNREACHABLE', 'Discord sent an undocumented response', {
    cause: parsed.error,
  });
}
