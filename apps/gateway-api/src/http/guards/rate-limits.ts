import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { AppError } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { CONFIG, type GatewayApiConfig } from '../../config.js';
import { clientNetwork } from '../../network/ip-address.js';
import { RateLimiter } from '../../limits/rate-limiter.js';

/** Below `/api`. Probes are rare and must always be answered. */
const UNLIMITED = /^\/(live|ready)$/;

/** Limits the requests per address, before the caller is known. To be mounted at `/api` and `/mcp`. */
export function limitRatePerAddress(
  config: Pick<GatewayApiConfig, 'HTTP_REQUESTS_PER_S_PER_ADDRESS'>,
): RequestHandler {
  const limiter = new RateLimiter(config.HTTP_REQUESTS_PER_S_PER_ADDRESS);
  return (request: Request, response: Response, next: NextFunction) => {
    if (UNLIMITED.test(request.path)) return next();
    const waitMs = limiter.take(clientNetwork(request.ip ?? ''), performance.now());
    next(refusalOf(waitMs, response));
  };
}

/** Limits the requests per user, whichever tokens they use; must come after the guard that sets the principal. */
@Injectable()
export class UserRateLimitGuard implements CanActivate {
  private readonly limiter: RateLimiter;

  constructor(@Inject(CONFIG) config: GatewayApiConfig) {
    this.limiter = new RateLimiter(config.HTTP_REQUESTS_PER_S);
  }

  /** @throws AppError `REQUEST.RATE_LIMITED` */
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const { principal } = http.getRequest<{ principal?: Principal }>();
    if (!principal) throw new AppError('AUTH.TOKEN_MISSING');
    const refusal = refusalOf(
      this.limiter.take(principal.id, performance.now()),
      http.getResponse<Response>(),
    );
    if (refusal) throw refusal;
    return true;
  }
}

function refusalOf(waitMs: number, response: Response): AppError | undefined {
  if (waitMs === 0) return undefined;
  response.setHeader('Retry-After', Math.ceil(waitMs / 1_000));
  return new AppError('REQUEST.RATE_LIMITED');
}
