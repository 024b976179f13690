import type { Role } from '@discord-relay/contracts';
import { SignJWT } from 'jose';

export interface TokenRequest {
  secret: string;
  issuer: string;
  audience: string;
  role: Role;
  /** The user whose rights the token has. */
  user: string;
  ttlSeconds: number;
  /** Guilds that the token is limited to; all if empty. */
  guilds: readonly string[];
}

/** Signs a JWT (HS256). */
export async function signToken(request: TokenRequest): Promise<string> {
  const { secret, issuer, audience, role, user, ttlSeconds, guilds } = request;
  return await new SignJWT({ role, ...(guilds.length > 0 && { guilds }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(user)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(`${ttlSeconds}s`)
    .sign(new TextEncoder().encode(secret));
}
