import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '@discord-relay/contracts';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SECRET_BYTES = 32;

/** Keys of 32 bytes. The first one encrypts; the older ones only decrypt. */
export type SealingKeys = readonly [Buffer, ...Buffer[]];

/** A new secret in the form of Standard Webhooks: `whsec_` and 32 random bytes in base64. */
export const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

/** Encrypts a secret (AES-256-GCM), bound to the endpoint's id: base64 of nonce, tag and text. */
export function seal(secret: string, [key]: SealingKeys, endpointId: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(endpointId));
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
}

/** @throws AppError WEBHOOK.SECRET_UNREADABLE when it was encrypted with none of the keys, or for another endpoint */
export function unseal(sealed: string, [key, ...older]: SealingKeys, endpointId: string): string {
  const secret = open(sealed, key, endpointId);
  if (typeof secret === 'string') return secret;
  const [next, ...rest] = older;
  if (next) return unseal(sealed, [next, ...rest], endpointId);
  throw new AppError('WEBHOOK.SECRET_UNREADABLE', undefined, { cause: secret });
}

/** The secret encrypted with the first key; unchanged if it already is, or if no key decrypts it. */
export function resealed(sealed: string, keys: SealingKeys, endpointId: string): string {
  const [key, ...older] = keys;
  if (typeof open(sealed, key, endpointId) === 'string') return sealed;
  const secrets = older.map((each) => open(sealed, each, endpointId));
  const secret = secrets.find((each) => typeof each === 'string');
  return secret === undefined ? sealed : seal(secret, keys, endpointId);
}

/** The secret, or why it cannot be decrypted. */
function open(sealed: string, key: Buffer, endpointId: string): string | { failure: unknown } {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(endpointId))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = [decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
    return Buffer.concat(text).toString('utf8');
  } catch (failure) {
    return { failure };
  }
}
