import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const BYTES = 32;

/** 256 random bits, base64url: 43 characters. */
export const randomSecret = (): string => randomBytes(BYTES).toString('base64url');

/** SHA-256, which suffices for long random values. */
export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** 256 bits, base64url, that only the owner of the key can compute. */
export const hmac = (key: Uint8Array, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');

/** Derives a separate key for each use of the configured secret. */
export const derivedKey = (secret: string, use: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', use, BYTES));
