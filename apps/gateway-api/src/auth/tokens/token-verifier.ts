import { AppError } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import type { JwtVerifier } from './jwt-verifier.js';
import type { Revocations } from './revocations.js';
import { ServiceTokens } from './service-tokens.js';

/** Turns a token of any kind into a principal. */
export class TokenVerifier {
  constructor(
    private readonly jwts: JwtVerifier,
    private readonly serviceTokens: ServiceTokens,
    private readonly revocations: Revocations,
  ) {}

  /**
   * @throws AppError `AUTH.TOKEN_MISSING`, `AUTH.TOKEN_INVALID`, `AUTH.TOKEN_EXPIRED`, `AUTH.TOKEN_REVOKED`;
   * `SERVICE.UNAVAILABLE` when it cannot be verified now
   */
  async verify(token: unknown): Promise<Principal> {
    if (token === undefined || token === null || token === '') throw new AppError('AUTH.TOKEN_MISSING');
    if (typeof token !== 'string') throw new AppError('AUTH.TOKEN_INVALID');
    const of = ServiceTokens.matches(token) ? this.serviceTokens.principalOf(token) : this.jwts.verify(token);
    const principal = await of;
    this.check(principal);
    return principal;
  }

  /** @throws AppError `AUTH.TOKEN_REVOKED` when it was revoked since, `SERVICE.UNAVAILABLE` when that is not known */
  check({ credential }: Principal): void {
    this.revocations.check(credential);
  }
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
}
