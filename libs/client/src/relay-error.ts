import type { WireError } from '@discord-relay/contracts/wire';

/** A refusal or failure the service reported, or `CLIENT.DISCONNECTED` when there was nobody to ask. */
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
 * Whether what was asked may work a little later over the same connection. One whose token has ended is given another
 * token or is closed, so that this is no last word on what was asked.
 */
export const mayWorkLater = ({ code, retryable }: WireError): boolean => retryable || code === TOKEN_EXPIRED;

/** Whether an unknown value has the shape of the protocol's errors. */
export function isWireError(value: unknown): value is WireError {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message, retryable } = value as Partial<WireError>;
  return typeof code === 'string' && typeof message === 'string' && typeof retryable === 'boolean';
}
