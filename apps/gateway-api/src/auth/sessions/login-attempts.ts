import { EncryptJWT, jwtDecrypt } from 'jose';
import { z } from 'zod';
import { AppError } from '@discord-relay/contracts';
import { derivedKey, randomSecret, sha256 } from '../tokens/secrets.js';

/** How long a user may take to allow the log-in at Discord. */
export const ATTEMPT_MS = 10 * 60_000;

const attempt = z.object({ state: z.string(), verifier: z.string(), returnTo: z.string() });

/** A log-in that a browser has started. */
export type LoginAttempt = z.output<typeof attempt>;

/**
 * Pending log-ins. The browser keeps the encrypted state of its own log-in, so any replica can complete it, but another
 * browser that is sent to the callback cannot (RFC 6749 10.12, RFC 7636).
 */
export class LoginAttempts {
  private readonly key: Uint8Array;

  constructor(secret: string) {
    // Another label would end the log-ins that a replica of another version started.
    this.key = derivedKey(secret, 'log-ins under way');
  }

  /** `sealed` goes into a cookie; `state` and `challenge` (S256) to Discord. */
  async create(returnTo: string): Promise<{ sealed: string; state: string; challenge: string }> {
    const begun = { state: randomSecret(), verifier: randomSecret(), returnTo };
    const sealed = await new EncryptJWT(begun)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(`${ATTEMPT_MS / 1_000}s`)
      .encrypt(this.key);
    return { sealed, state: begun.state, challenge: sha256(begun.verifier).toString('base64url') };
  }

  /** @throws AppError `AUTH.LOGIN_FAILED` unless this browser started the log-in, with this state and a short time ago */
  async verify(sealed: string | undefined, state: string): Promise<LoginAttempt> {
    try {
      const { payload } = await jwtDecrypt(sealed ?? '', this.key);
      const begun = attempt.parse(payload);
      if (begun.state === state) return begun;
    } catch (cause) {
      throw new AppError('AUTH.LOGIN_FAILED', undefined, { cause });
    }
    throw new AppError('AUTH.LOGIN_FAILED');
  }
}
