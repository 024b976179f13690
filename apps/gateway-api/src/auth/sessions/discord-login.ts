import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { AuthConfig } from '../../config/auth-keys.js';
import { DiscordOAuth } from './discord-oauth.js';
import { LoginAttempts } from './login-attempts.js';
import { prefixOf } from '../../config/public-url.js';
import { safeReturnTo } from './return-to.js';
import type { Session, Sessions } from './sessions.js';

/** Path of the log-in's endpoints; Discord redirects browsers to `callback` below it. */
export const DISCORD_LOGIN_PATH = '/api/auth/discord';

/** The log-in with Discord, from the first request to the session. */
export class DiscordLogin {
  private constructor(
    /** Path prefix of the page as browsers see it; '' at the root. */
    readonly prefix: string,
    private readonly oauth: DiscordOAuth,
    private readonly attempts: LoginAttempts,
    private readonly sessions: Sessions,
  ) {}

  /** null if it is not configured. */
  static of(config: AuthConfig, sessions: Sessions, logger: Logger): DiscordLogin | null {
    const { DISCORD_CLIENT_ID, DISCORD_CLIENT_SECRET, DISCORD_API_URL, PUBLIC_URL, JWT_SECRET } = config;
    if (!DISCORD_CLIENT_ID || !DISCORD_CLIENT_SECRET || !PUBLIC_URL || !JWT_SECRET) return null;
    const application = {
      apiUrl: DISCORD_API_URL,
      clientId: DISCORD_CLIENT_ID,
      clientSecret: DISCORD_CLIENT_SECRET,
      redirectUri: `${PUBLIC_URL}${DISCORD_LOGIN_PATH}/callback`,
    };
    const oauth = new DiscordOAuth(application, logger);
    return new DiscordLogin(prefixOf(PUBLIC_URL), oauth, new LoginAttempts(JWT_SECRET), sessions);
  }

  /** `url`: where to redirect the browser; `sealed`: the content of a cookie, which {@link complete} needs. */
  async start(returnTo: unknown): Promise<{ url: string; sealed: string }> {
    const { sealed, state, challenge } = await this.attempts.create(safeReturnTo(returnTo, this.prefix));
    return { sealed, url: this.oauth.authorizeUrl(state, challenge) };
  }

  /**
   * @param answer the query with which Discord redirected the browser back
   * @throws AppError `AUTH.LOGIN_FAILED`, `DISCORD.UNREACHABLE`, `SERVICE.UNAVAILABLE`
   */
  async complete(
    sealed: string | undefined,
    answer: Record<string, unknown>,
  ): Promise<{ session: Session; returnTo: string }> {
    const { code, state } = answer;
    if (typeof state !== 'string') throw new AppError('AUTH.LOGIN_FAILED');
    const { verifier, returnTo } = await this.attempts.verify(sealed, state);
    // Without a code the user cancelled: `error` is `access_denied`.
    if (typeof code !== 'string') throw new AppError('AUTH.LOGIN_FAILED');
    const user = await this.oauth.userOf(code, verifier);
    return { session: await this.sessions.create(user), returnTo };
  }
}
