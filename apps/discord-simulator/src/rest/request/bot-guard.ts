import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Gateway } from '../../gateway/gateway.js';
import { unauthorized } from '../../http/discord-error.js';

/** Allows requests with an accepted `Authorization: Bot …` header. */
@Injectable()
export class BotGuard implements CanActivate {
  constructor(@Inject(Gateway) private readonly gateway: Gateway) {}

  canActivate(context: ExecutionContext): boolean {
    const { authorization } = context.switchToHttp().getRequest<IncomingMessage>().headers;
    if (authorization?.startsWith('Bot ') && this.gateway.handshake.accepts(authorization)) return true;
    throw unauthorized();
  }
}
