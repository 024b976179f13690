import { Body, Controller, Get, Header, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { type AccessGrant, AppError, type AuthMethods, type Me } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { CONFIG, type GatewayApiConfig } from '../../config.js';
import { BearerGuard, CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, SameOriginOnly } from '../openapi/documented.js';
import { NoFieldsDto } from '../../validation/fields.js';
import { localToken } from '../../auth/sessions/access-token.js';
import { AuditLog } from '../../auth/audit/audit-log.js';
import { AuthMetrics } from '../../metrics/auth-metrics.js';
import { DISCORD_LOGIN_PATH } from '../../auth/sessions/discord-login.js';
import { isFromThisMachine } from '../../network/loopback.js';
import { BrowserSessions } from '../../auth/sessions/browser-sessions.js';

/** Issues, renews and ends the token of a page. */
@Controller('api/auth')
@ApiTags('Log-in')
export class AuthController {
  constructor(
    @Inject(CONFIG) private readonly config: GatewayApiConfig,
    @Inject(BrowserSessions) private readonly desk: BrowserSessions,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuthMetrics) private readonly metrics: AuthMetrics,
  ) {}

  @Get('methods')
  @Answers('AuthMethods', 'The available ways to log in.')
  @Header('Cache-Control', 'no-store')
  methods(@Req() request: Request): AuthMethods {
    const { DISCORD_CLIENT_ID: clientId, PUBLIC_URL: publicUrl } = this.config;
    const discord = clientId ? `${publicUrl}${DISCORD_LOGIN_PATH}` : null;
    return { local: this.mayLogInLocally(request), discord, session: this.desk.hasSession(request) };
  }

  @Post('local')
  @HttpCode(200)
  @Answers('AccessGrant', 'An admin token for any caller on this machine; on a local stack only.')
  @Header('Cache-Control', 'no-store')
  async local(@Req() request: Request, @Body() _body: NoFieldsDto): Promise<AccessGrant> {
    if (!this.config.LOCAL_LOGIN)
      throw new AppError('AUTH.FORBIDDEN', 'local login is off: set LOCAL_LOGIN=true');
    if (!this.mayLogInLocally(request))
      throw new AppError('AUTH.FORBIDDEN', 'local login is for this machine only: open http://localhost');
    this.metrics.logins.inc({ method: 'local', result: 'ok' });
    this.audit.record({ action: 'login.local', actor: 'local', address: request.ip });
    return await localToken(this.config);
  }

  private mayLogInLocally({ socket, headers }: Request): boolean {
    return this.config.LOCAL_LOGIN && isFromThisMachine(socket.remoteAddress, headers);
  }

  @Post('refresh')
  @HttpCode(200)
  @Answers('AccessGrant', 'A new token for the log-in of this browser.')
  @SameOriginOnly()
  @Header('Cache-Control', 'no-store')
  refresh(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<AccessGrant> {
    return this.desk.refresh(request, response);
  }

  @Post('logout')
  @HttpCode(204)
  @ApiOperation({ summary: 'Ends the log-in of this browser on every replica.' })
  @ApiNoContentResponse({ description: 'The log-in has ended.' })
  @SameOriginOnly()
  logout(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    return this.desk.logOut(request, response);
  }

  @Get('me')
  @UseGuards(BearerGuard)
  @ApiBearerAuth()
  @Answers('Me', 'The contents of the token.')
  @Header('Cache-Control', 'no-store')
  me(@CurrentPrincipal() { id, role, username, guilds, expiresAtMs }: Principal): Me {
    return {
      id,
      role,
      ...(username && { username }),
      ...(guilds && { guilds: [...guilds] }),
      expiresAt: new Date(expiresAtMs).toISOString(),
    };
  }
}
