import { wallClockMs } from '@discord-relay/platform';
import { SignJWT } from 'jose';

export const SECRET = 'a secret for tests that is long enough';

interface TokenFaults {
  issuer?: string;
  audience?: string;
  expires?: boolean;
}

/** A signed token; `expiresInS` may be negative. Its subject is `user-1` unless the claims override it. */
export function tokenFor(
  { sub = 'user-1', ...claims }: Record<string, unknown> = { role: 'viewer' },
  expiresInS = 3_600,
  secret = SECRET,
  { issuer = 'discord-relay', audience = 'discord-relay', expires = true }: TokenFaults = {},
): Promise<string> {
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub as string)
    .setIssuer(issuer)
    .setAudience(audience);
  if (expires) token.setExpirationTime(Math.floor(wallClockMs() / 1_000) + expiresInS);
  return token.sign(new TextEncoder().encode(secret));
}
