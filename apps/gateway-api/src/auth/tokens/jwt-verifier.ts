import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose';
import { z } from 'zod';
import { AppError, isSnowflake, ROLES } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import type { AuthConfig } from '../../config/auth-keys.js';

type JwtConfig = Pick<
  AuthConfig,
  'JWT_SECRET' | 'JWT_JWKS_URL' | 'JWT_JWKS_ISSUER' | 'JWT_ISSUER' | 'JWT_AUDIENCE' | 'JWT_CLOCK_TOLERANCE_S'
>;

const claims = z.object({
  sub: z.string().min(1).max(200),
  role: z.enum(ROLES),
  guilds: z.array(z.string().refine(isSnowflake)).max(1_000).optional(),
  exp: z.number(),
  /** The user's Discord id, if `sub` is an id of another identity provider. */
  discord_user_id: z.string().refine(isSnowflake).optional(),
  /** The log-in that the token belongs to, and its user; other providers may use these claims for something else. */
  sid: z.string().optional().catch(undefined),
  username: z.string().max(100).optional().catch(undefined),
});
/** Other identity providers need not know our roles: a user without a role is a viewer. */
const otherClaims = claims.extend({ role: z.enum(ROLES).default('viewer') });

/** Longer than any legitimate token; limits the work of verification. */
const MAX_TOKEN_CHARS = 16_384;

/** Keys of one issuer. A key is used only with its own algorithm family, even if the token's header names another one. */
interface Issuer {
  key: JWTVerifyGetKey;
  algorithms: string[];
  issuer: string;
}

/** Turns a JWT into a principal: a token of this service (HS256) or of another identity provider (RS256, ES256). */
export class JwtVerifier {
  private readonly own: Issuer | undefined;
  private readonly other: Issuer | undefined;

  constructor(private readonly config: JwtConfig) {
    if (config.JWT_SECRET) {
      const key = importSecret(config.JWT_SECRET);
      this.own = { key: () => key, algorithms: ['HS256'], issuer: config.JWT_ISSUER };
    }
    if (config.JWT_JWKS_URL) {
      const key = createRemoteJWKSet(new URL(config.JWT_JWKS_URL));
      const issuer = config.JWT_JWKS_ISSUER ?? config.JWT_ISSUER;
      this.other = { key, algorithms: ['RS256', 'ES256'], issuer };
    }
  }

  /** @throws AppError `AUTH.TOKEN_INVALID`, `AUTH.TOKEN_EXPIRED`, `AUTH.TOKEN_NOT_YET_VALID`; `SERVICE.UNAVAILABLE` when the keys cannot be fetched */
  async verify(token: string): Promise<Principal> {
    if (token.length > MAX_TOKEN_CHARS) throw new AppError('AUTH.TOKEN_INVALID');
    try {
      const from = this.issuerOf(token);
      const { key, algorithms, issuer } = from;
      const { payload } = await jwtVerify(token, key, {
        issuer,
        audience: this.config.JWT_AUDIENCE,
        algorithms,
        clockTolerance: this.config.JWT_CLOCK_TOLERANCE_S,
        requiredClaims: ['exp', 'sub'],
      });
      return principalOf(payload, from === this.own, this.config.JWT_CLOCK_TOLERANCE_S);
    } catch (cause) {
      throw refusal(cause);
    }
  }

  private issuerOf(token: string): Issuer {
    const alg = algorithmOf(token);
    const issuer = [this.own, this.other].find((each) => each?.algorithms.includes(alg));
    if (!issuer) throw new AppError('AUTH.TOKEN_INVALID');
    return issuer;
  }
}

/** Imported once, because jose would import the bytes again for every token. */
const importSecret = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', new TextEncoder().encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ]);

function algorithmOf(token: string): string {
  try {
    return decodeProtectedHeader(token).alg ?? 'none';
  } catch (cause) {
    throw new AppError('AUTH.TOKEN_INVALID', undefined, { cause });
  }
}

function refusal(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  if (cause instanceof errors.JWTExpired) return new AppError('AUTH.TOKEN_EXPIRED', undefined, { cause });
  if (isTooEarly(cause)) return new AppError('AUTH.TOKEN_NOT_YET_VALID', undefined, { cause });
  if (isAboutTheToken(cause)) return new AppError('AUTH.TOKEN_INVALID', undefined, { cause });
  return new AppError('SERVICE.UNAVAILABLE', 'cannot fetch the token keys', { cause });
}

const isTooEarly = (cause: unknown): boolean =>
  cause instanceof errors.JWTClaimValidationFailed &&
  cause.claim === 'nbf' &&
  cause.reason === 'check_failed';

/**
 * jose throws a plain JOSEError when the key server answers with a status other than 200; other errors mean that it is
 * unreachable.
 */
function isAboutTheToken(cause: unknown): boolean {
  if (!(cause instanceof errors.JOSEError)) return false;
  return !(cause instanceof errors.JWKSTimeout) && cause.code !== errors.JOSEError.code;
}

function principalOf(payload: JWTPayload, isOwn: boolean, toleranceS: number): Principal {
  const parsed = (isOwn ? claims : otherClaims).safeParse(payload);
  if (!parsed.success)
    throw new AppError('AUTH.TOKEN_INVALID', 'the token lacks a claim', { cause: parsed.error });
  const { sub, role, guilds, exp, discord_user_id: discordUserId, sid, username } = parsed.data;
  return {
    id: discordUserId ?? sub,
    role,
    // Includes the clock tolerance: otherwise a token that is still accepted would end its socket at once.
    expiresAtMs: (exp + toleranceS) * 1_000,
    ...(guilds && { guilds: new Set(guilds) }),
    ...(isOwn && sid && { credential: `session:${sid}` }),
    ...(username && { username }),
  };
}
