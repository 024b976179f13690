import type { WireError } from '@discord-relay/contracts/wire';

/** A refusal or failure that the service reported, or `CLIENT.DISCONNECTED` if it could not be reached. */
export class RelayError extends Error {
  readonly code: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;

  constructor({ code, message, retryable }: WireError) {
    super(message);
    this.name = 'RelayError';
    this.code = code;
    this.retryable = retryable;
  }
}

export const disconnected = (message: string): WireError => ({
  code: 'CLIENT.DISCONNECTED',
  message,
  retryable: true,
});

export const TOKEN_EXPIRED = 'AUTH.TOKEN_EXPIRED';

/**
 * Whether a request may succeed a little later over the same connection. A connection whose token has expired gets another
 * token or is closed, so this error does not decide the request.
 */
export const mayWorkLater = ({ code, retryable }: WireError): boolean => retryable || code === TOKEN_EXPIRED;

/** Whether an unknown value has the shape of the protocol's errors. */
export function isWireError(value: unknown): value is WireError {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message, retryable } = value as Partial<WireError>;
  return typeof code === 'string' && typeof message === 'string' && typeof retryable === 'boolean';
}
