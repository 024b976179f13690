import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { AppError } from '@discord-relay/contracts';
import { BrowserSessions } from '../auth/sessions/browser-sessions.js';
import { bearerToken, TokenVerifier } from '../auth/tokens/token-verifier.js';
import { AUTH_FAILURES, type Authenticated } from '../http/guards/bearer.guard.js';

/**
 * Accepts a token from the header or, because an EventSource cannot send headers, from the session cookie of a browser. The
 * cookie is safe here: the endpoints only read, so another site gains nothing by making a browser send a request.
 */
@Injectable()
export class StreamGuard implements CanActivate {
  constructor(
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
    @Inject(BrowserSessions) private readonly desk: BrowserSessions,
    @Inject(AUTH_FAILURES) private readonly failures: Counter<'code'>,
  ) {}

  /** @throws AppError `AUTH.*` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Authenticated>();
    const { authorization, cookie } = request.headers;
    const token = authorization ? bearerToken(authorization) : this.desk.cookies.read(cookie, 'access');
    try {
      request.principal = await this.verifier.verify(token);
      return true;
    } catch (error) {
      if (error instanceof AppError) this.failures.inc({ code: error.code });
      throw error;
    }
  }
}
