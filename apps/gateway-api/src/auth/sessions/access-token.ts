import { type JWTPayload, SignJWT } from 'jose';
import type { AccessGrant } from '@discord-relay/contracts';
import type { AuthConfig } from '../../config/auth-keys.js';
import type { Session } from './sessions.js';

type SigningConfig = Pick<AuthConfig, 'JWT_SECRET' | 'JWT_ISSUER' | 'JWT_AUDIENCE'>;

/** Short, because revocations are kept for a limited time; the client renews it automatically. */
const SESSION_TOKEN_S = 15 * 60;
const LOCAL_TOKEN_S = 12 * 60 * 60;

/** A token for a log-in with Discord: a viewer with that user's rights. */
export const accessTokenFor = (config: SigningConfig, { id, user }: Session): Promise<AccessGrant> =>
  grant(config, user.id, { role: 'viewer', sid: id, username: user.username }, SESSION_TOKEN_S);

/** An admin token for any caller, on a stack that allows it. */
export const localToken = (config: SigningConfig): Promise<AccessGrant> =>
  grant(config, 'local', { role: 'admin' }, LOCAL_TOKEN_S);

async function grant(
  { JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE }: SigningConfig,
  subject: string,
  claims: JWTPayload,
  expiresIn: number,
): Promise<AccessGrant> {
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuer(JWT_ISSUER)
    .setAudience(JWT_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(`${expiresIn}s`)
    .sign(new TextEncoder().encode(JWT_SECRET));
  return { token, expiresIn };
}
