import { RelayError } from '@discord-relay/client';

/** A failed request as the error the client reports; one that never reached the service is worth another try. */
export function asRelayError(cause: unknown): RelayError {
  if (cause instanceof RelayError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new RelayError({ code: 'CLIENT.DISCONNECTED', message, retryable: true });
}
