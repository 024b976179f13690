import { AppError, type WireError } from '@discord-relay/contracts';

/** What a client is told of a failure; what is unexpected stays inside. */
export function toWireError(error: unknown): WireError {
  const known = error instanceof AppError ? error : new AppError('SERVICE.INTERNAL');
  return { code: known.code, message: known.message, retryable: known.retryable };
}
