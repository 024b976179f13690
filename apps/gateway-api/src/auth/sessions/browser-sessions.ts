import type { Request, Response } from 'express';
import { type AccessGrant, AppError } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { accessTokenFor } from './access-token.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { AuthConfig } from '../../config/auth-keys.js';
import type { AuthMetrics } from '../../metrics/auth-metrics.js';
import { Cookies } from './cookies.js';
import { prefixOf } from '../../config/public-url.js';
import type { Revocations } from '../tokens/revocations.js';
import type { Session, Sessions } from './sessions.js';

/** Receives the events of sessions, for the audit log. */
export interface SessionEvents {
  audit: AuditLog;
  metrics: AuthMetrics;
  revocations: Revocations;
}

/** Issues, renews and ends the sessions of browsers, which are kept in cookies. */
export class BrowserSessions {
  readonly cookies: Cookies;

  constructor(
    private readonly config: AuthConfig,
    private readonly sessions: Sessions,
    private readonly events: SessionEvents,
  ) {
    const { PUBLIC_URL, NODE_ENV } = config;
    const secure = NODE_ENV === 'production' || PUBLIC_URL?.startsWith('https:') === true;
    this.cookies = new Cookies(secure, prefixOf(PUBLIC_URL));
  }

  hasSession(request: Request): boolean {
    return this.cookies.read(request.headers.cookie, 'refresh') !== undefined;
  }

  /** Sets the session's cookies and returns the access token for the page. */
  async issue(response: Response, session: Session): Promise<AccessGrant> {
    const grant = await accessTokenFor(this.config, session);
    this.cookies.set(response, 'refresh', session.refreshToken, session.expiresAtMs - wallClockMs());
    this.cookies.set(response, 'access', grant.token, grant.expiresIn * 1_000);
    return grant;
  }

  /** @throws AppError `AUTH.SESSION_ENDED`, `SERVICE.UNAVAILABLE` */
  async refresh(request: Request, response: Response): Promise<AccessGrant> {
    try {
      return await this.issue(response, await this.renewed(request));
    } catch (error) {
      // The cookies are cleared if the session has ended, and kept if the refresh can be repeated later.
      if (error instanceof AppError && !error.retryable) this.cookies.clear(response, 'refresh', 'access');
      throw error;
    }
  }

  /** Ends the session on every replica; without effect if there is none. @throws AppError `SERVICE.UNAVAILABLE` */
  async logOut(request: Request, response: Response): Promise<void> {
    const token = this.cookies.read(request.headers.cookie, 'refresh');
    const ended = token === undefined ? undefined : await this.sessions.revoke(token);
    this.cookies.clear(response, 'refresh', 'access');
    if (!ended) return;
    const { audit, revocations } = this.events;
    audit.record({ action: 'logout', actor: ended.userId, address: request.ip, target: ended.sessionId });
    revocations.broadcast();
  }

  private async renewed(request: Request): Promise<Session> {
    const { audit, metrics, revocations } = this.events;
    const token = this.cookies.read(request.headers.cookie, 'refresh');
    if (token === undefined) throw new AppError('AUTH.SESSION_ENDED');
    const refreshed = await this.sessions.refresh(token);
    metrics.refreshes.inc({ result: refreshed.result });
    if (refreshed.result !== 'reused') return refreshed.session;
    const { userId: actor, sessionId: target } = refreshed;
    audit.record({
      action: 'session.reused',
      actor,
      address: request.ip,
      target,
      code: 'AUTH.SESSION_ENDED',
    });
    revocations.broadcast();
    throw new AppError('AUTH.SESSION_ENDED');
  }
}
