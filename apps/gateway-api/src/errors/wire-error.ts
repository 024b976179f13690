import { AppError, type WireError } from '@discord-relay/contracts';

/** The error that a client receives for a failure; an unexpected one reveals no details. */
export function toWireError(error: unknown): WireError {
  const known = error instanceof AppError ? error : new AppError('SERVICE.INTERNAL');
  return { code: known.code, message: known.message, retryable: known.retryable };
}
