import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { AppError } from '@discord-relay/contracts';
import { CONFIG, type GatewayApiConfig } from '../../config.js';
import { originOf } from '../../config/public-url.js';

/** No form and no other site's page can send it without being asked for leave first. */
export const CSRF_HEADER = 'x-relay-csrf';

/** For what a browser's cookie alone allows: only this service's own page may ask for it. */
@Injectable()
export class SameOriginGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: GatewayApiConfig) {}

  /** @throws AppError `AUTH.FORBIDDEN`; `REQUEST.NOT_FOUND` where nobody logs in with Discord */
  canActivate(context: ExecutionContext): boolean {
    const { DISCORD_CLIENT_ID: clientId, PUBLIC_URL: publicUrl } = this.config;
    if (!clientId || !publicUrl)
      throw new AppError('REQUEST.NOT_FOUND', 'log-in with Discord is off: set DISCORD_CLIENT_ID');
    const { headers } = context.switchToHttp().getRequest<Request>();
    if (headers.origin === originOf(publicUrl) && headers[CSRF_HEADER]) return true;
    throw new AppError(
      'AUTH.FORBIDDEN',
      `only pages of PUBLIC_URL may ask for this, with the header ${CSRF_HEADER}`,
    );
  }
}
