import { DiscordAPIError } from '@discordjs/rest';
import { AppError, type ErrorCode } from '@discord-relay/contracts';
import { isFields } from '../../normalize/fields/read-fields.js';

/** The meaning of Discord's error code for the requested item. */
export type DiscordErrorKind =
  | 'guild_gone'
  | 'channel_gone'
  | 'message_gone'
  | 'emoji_gone'
  | 'no_access'
  /** Any other error code of Discord. */
  | 'refused';

const KINDS: ReadonlyMap<number, DiscordErrorKind> = new Map([
  [10003, 'channel_gone'],
  [10004, 'guild_gone'],
  [10008, 'message_gone'],
  [10014, 'emoji_gone'],
  [50001, 'no_access'],
  [50013, 'no_access'],
]);
/** Discord's error codes have at least five digits; smaller numbers are HTTP statuses, also in bodies of proxies. */
const SMALLEST_CODE = 10_000;
/** `API resource is currently overloaded`, which says nothing about the item. */
const OVERLOADED = 130_000;

/**
 * Classifies a failed request by Discord's error body. undefined for failures of the connection, and for an HTTP status without
 * such a body, which may come from a proxy.
 */
export function discordErrorKind(error: unknown): DiscordErrorKind | undefined {
  if (!(error instanceof DiscordAPIError) || error.status === 401 || error.status === 429) return undefined;
  const body: unknown = error.rawError;
  if (!isFields(body) || typeof body.message !== 'string' || !Number.isInteger(body.code)) return undefined;
  const code = body.code as number;
  if (code < SMALLEST_CODE || code === OVERLOADED) return undefined;
  return KINDS.get(code) ?? 'refused';
}

/** A request of backfill that failed or got an unusable response. */
export class HistoryRequestError extends Error {
  /** The item whose attempts count this failure; undefined until it is counted. */
  item: string | undefined;
  /** The code of the product's error that caused it, for the log. */
  readonly code?: ErrorCode;

  private constructor(
    readonly kind: DiscordErrorKind | undefined,
    readonly status: number | undefined,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : 'request failed', { cause });
    this.name = 'HistoryRequestError';
    if (cause instanceof AppError) this.code = cause.code;
  }

  static of(cause: unknown): HistoryRequestError {
    const status = cause instanceof DiscordAPIError ? cause.status : undefined;
    return new HistoryRequestError(discordErrorKind(cause), status, cause);
  }

  /** Whether every other request would fail too. */
  get affectsAllRequests(): boolean {
    return this.status === 401;
  }
}
