import { RelayError } from '@discord-relay/client';

/** Turns a failed request into the client's error type; one that never reached the service is retryable. */
export function asRelayError(cause: unknown): RelayError {
  if (cause instanceof RelayError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new RelayError({ code: 'CLIENT.DISCONNECTED', message, retryable: true });
}
