import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { AppError, isSnowflake, ROLES } from '@discord-relay/contracts';
import type { GatewayApiConfig } from '../config.js';
import type { Principal } from '../access/principal.js';

type JwtConfig = Pick<GatewayApiConfig, 'JWT_SECRET' | 'JWT_JWKS_URL' | 'JWT_ISSUER' | 'JWT_AUDIENCE'>;

const claims = z.object({
  sub: z.string().min(1).max(200),
  role: z.enum(ROLES),
  guilds: z.array(z.string().refine(isSnowflake)).max(1_000).optional(),
  exp: z.number(),
});

/** Longer than any honest token; verifying is work. */
const MAX_TOKEN_CHARS = 16_384;

/** Turns a token into who asks. */
export class TokenVerifier {
  private readonly key: JWTVerifyGetKey;
  private readonly algorithms: string[];

  constructor(private readonly config: JwtConfig) {
    if (config.JWT_JWKS_URL) {
      this.key = createRemoteJWKSet(new URL(config.JWT_JWKS_URL));
      this.algorithms = ['RS256', 'ES256'];
    } else {
      const secret = new TextEncoder().encode(config.JWT_SECRET);
      this.key = () => secret;
      this.algorithms = ['HS256'];
    }
  }

  /**
   * @throws AppError `AUTH.TOKEN_MISSING`, `AUTH.TOKEN_INVALID`, `AUTH.TOKEN_EXPIRED`; `SERVICE.UNAVAILABLE` when the
   * keys cannot be fetched
   */
  async verify(token: unknown): Promise<Principal> {
    if (token === undefined || token === null || token === '') throw new AppError('AUTH.TOKEN_MISSING');
    if (typeof token !== 'string' || token.length > MAX_TOKEN_CHARS) throw new AppError('AUTH.TOKEN_INVALID');
    return principalOf(await this.payloadOf(token));
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.key, {
        issuer: this.config.JWT_ISSUER,
        audience: this.config.JWT_AUDIENCE,
        algorithms: this.algorithms,
        requiredClaims: ['exp', 'sub'],
      });
      return payload;
    } catch (cause) {
      throw refusal(cause);
    }
  }
}

function refusal(cause: unknown): AppError {
  if (cause instanceof errors.JWTExpired) return new AppError('AUTH.TOKEN_EXPIRED', undefined, { cause });
  if (isAboutTheToken(cause)) return new AppError('AUTH.TOKEN_INVALID', undefined, { cause });
  return new AppError('SERVICE.UNAVAILABLE', 'the token keys cannot be fetched', { cause });
}

/** jose reports a key server that does not answer 200 as a plain JOSEError; an unreachable one is not of jose. */
function isAboutTheToken(cause: unknown): boolean {
  if (!(cause instanceof errors.JOSEError)) return false;
  return !(cause instanceof errors.JWKSTimeout) && cause.code !== errors.JOSEError.code;
}

function principalOf(payload: JWTPayload): Principal {
  const parsed = claims.safeParse(payload);
  if (!parsed.success)
    throw new AppError('AUTH.TOKEN_INVALID', 'the token lacks a claim', { cause: parsed.error });
  const { sub, role, guilds, exp } = parsed.data;
  return { id: sub, role, expiresAtMs: exp * 1_000, ...(guilds && { guilds: new Set(guilds) }) };
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
}
