import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { AppError } from '@discord-relay/contracts';
import { originOf } from '../config/public-url.js';
import { CONFIG, type GatewayApiConfig } from '../config.js';
import { isFromThisMachine } from '../network/loopback.js';

/**
 * Refuses requests of pages of other origins, as MCP demands: an attacker may point their own name to this service (DNS
 * rebinding). Clients other than browsers send no origin.
 */
@Injectable()
export class OriginGuard implements CanActivate {
  private readonly allowed: ReadonlySet<string>;

  constructor(@Inject(CONFIG) { CORS_ORIGINS: origins, PUBLIC_URL: publicUrl }: GatewayApiConfig) {
    this.allowed = new Set([...origins, ...(publicUrl ? [originOf(publicUrl)] : [])]);
  }

  /** @throws AppError `AUTH.FORBIDDEN` */
  canActivate(context: ExecutionContext): boolean {
    const { headers, socket } = context.switchToHttp().getRequest<Request>();
    const { origin } = headers;
    if (origin === undefined || this.allowed.has(origin)) return true;
    if (isFromThisMachine(socket.remoteAddress, headers)) return true;
    throw new AppError('AUTH.FORBIDDEN', 'pages of this origin may not use MCP: set CORS_ORIGINS');
  }
}
