import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
} from '@nestjs/common';
import type { Request } from 'express';
import type { Counter } from 'prom-client';
import { AppError } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { bearerToken, TokenVerifier } from '../../auth/tokens/token-verifier.js';

/** Injection token of the counter of refused tokens. */
export const AUTH_FAILURES = Symbol('AUTH_FAILURES');

export type Authenticated = Request & { principal?: Principal };

/** Allows requests with a valid bearer token, and attaches the principal. */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
    @Inject(AUTH_FAILURES) private readonly failures: Counter<'code'>,
  ) {}

  /** @throws AppError `AUTH.*` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Authenticated>();
    try {
      request.principal = await this.verifier.verify(bearerToken(request.headers.authorization));
      return true;
    } catch (error) {
      if (error instanceof AppError) this.failures.inc({ code: error.code });
      throw error;
    }
  }
}

/** As {@link BearerGuard}, but also allows requests without a token. A token that is sent must be valid. */
@Injectable()
export class OptionalBearerGuard extends BearerGuard {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers } = context.switchToHttp().getRequest<Authenticated>();
    return headers.authorization === undefined || super.canActivate(context);
  }
}

/** The principal; undefined without a token. */
export const OptionalPrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal | undefined =>
    context.switchToHttp().getRequest<Authenticated>().principal,
);

/** The principal; only behind {@link BearerGuard}. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<Authenticated>();
  if (!principal) throw new AppError('AUTH.TOKEN_MISSING');
  return principal;
});
