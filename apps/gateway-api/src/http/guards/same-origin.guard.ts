import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { AppError } from '@discord-relay/contracts';
import { CONFIG, type GatewayApiConfig } from '../../config.js';
import { originOf } from '../../config/public-url.js';

/** A form cannot send this header, and a page of another origin can send it only after a CORS preflight. */
export const CSRF_HEADER = 'x-relay-csrf';

/** Protects endpoints that only need a browser's cookie: only this service's own page may call them. */
@Injectable()
export class SameOriginGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: GatewayApiConfig) {}

  /** @throws AppError `AUTH.FORBIDDEN`; `REQUEST.NOT_FOUND` when log-in with Discord is off */
  canActivate(context: ExecutionContext): boolean {
    const { DISCORD_CLIENT_ID: clientId, PUBLIC_URL: publicUrl } = this.config;
    if (!clientId || !publicUrl)
      throw new AppError('REQUEST.NOT_FOUND', 'log-in with Discord is off: set DISCORD_CLIENT_ID');
    const { headers } = context.switchToHttp().getRequest<Request>();
    if (headers.origin === originOf(publicUrl) && headers[CSRF_HEADER]) return true;
    throw new AppError(
      'AUTH.FORBIDDEN',
      `only pages of PUBLIC_URL may send this request, with the header ${CSRF_HEADER}`,
    );
  }
}
