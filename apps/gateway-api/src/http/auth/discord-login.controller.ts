import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AppError } from '@discord-relay/contracts';
import { LOGGER, type Logger } from '@discord-relay/platform';
import { Redirects } from '../openapi/documented.js';
import { AuditLog } from '../../auth/audit/audit-log.js';
import { AuthMetrics } from '../../metrics/auth-metrics.js';
import { DiscordLogin } from '../../auth/sessions/discord-login.js';
import { ATTEMPT_MS } from '../../auth/sessions/login-attempts.js';
import { BrowserSessions } from '../../auth/sessions/browser-sessions.js';

/** Log-in with Discord. Browsers navigate to these endpoints, so every response leads back to a page. */
@Controller('api/auth/discord')
@ApiTags('Log-in')
export class DiscordLoginController {
  constructor(
    @Inject(DiscordLogin) private readonly login: DiscordLogin | null,
    @Inject(BrowserSessions) private readonly desk: BrowserSessions,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuthMetrics) private readonly metrics: AuthMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  @Redirects('Redirects to Discord, to log in there.')
  @ApiQuery({ name: 'returnTo', required: false, description: 'The path to return to.' })
  async start(@Query() query: Record<string, unknown>, @Res() response: Response): Promise<void> {
    const { url, sealed } = await this.offered().start(query.returnTo);
    this.desk.cookies.set(response, 'login', sealed, ATTEMPT_MS);
    redirect(response, url);
  }

  @Get('callback')
  @Redirects('Redirects from Discord back to the page, logged in or with `login_error`.')
  async end(
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const login = this.offered();
    const sealed = this.desk.cookies.read(request.headers.cookie, 'login');
    this.desk.cookies.clear(response, 'login');
    try {
      const { session, returnTo } = await login.complete(sealed, query);
      await this.desk.issue(response, session);
      this.record(request, { actor: session.user.id, target: session.id });
      redirect(response, returnTo);
    } catch (error) {
      const code = this.refusal(error);
      this.record(request, { code });
      redirect(response, `${login.prefix}/?login_error=${code}`);
    }
  }

  private offered(): DiscordLogin {
    if (this.login) return this.login;
    throw new AppError('REQUEST.NOT_FOUND', 'log-in with Discord is off: set DISCORD_CLIENT_ID');
  }

  private refusal(error: unknown): AppError['code'] {
    if (error instanceof AppError) return error.code;
    this.logger.error({ err: error }, 'log-in failed');
    return 'SERVICE.INTERNAL';
  }

  private record(
    { ip }: Request,
    outcome: { actor?: string; target?: string; code?: AppError['code'] },
  ): void {
    this.metrics.logins.inc({ method: 'discord', result: outcome.code ?? 'ok' });
    this.audit.record({ action: 'login.discord', address: ip, ...outcome });
  }
}

function redirect(response: Response, url: string): void {
  response.setHeader('Cache-Control', 'no-store');
  response.redirect(302, url);
}
