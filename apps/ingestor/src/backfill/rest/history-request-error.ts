import { DiscordAPIError } from '@discordjs/rest';
import { isFields } from '../../normalize/fields/read-fields.js';

/** What Discord itself says about the thing that was asked for. */
export type DiscordErrorKind =
  | 'guild_gone'
  | 'channel_gone'
  | 'message_gone'
  | 'emoji_gone'
  | 'no_access'
  /** Any other code of Discord's. */
  | 'refused';

const KINDS: ReadonlyMap<number, DiscordErrorKind> = new Map([
  [10003, 'channel_gone'],
  [10004, 'guild_gone'],
  [10008, 'message_gone'],
  [10014, 'emoji_gone'],
  [50001, 'no_access'],
  [50013, 'no_access'],
]);
/** Discord's codes have five digits or more; smaller numbers are HTTP's, also in bodies of proxies. */
const SMALLEST_CODE = 10_000;
/** `API resource is currently overloaded`: about the way, not about the thing. */
const OVERLOADED = 130_000;

/**
 * Only Discord's own error body says what a refusal means. An HTTP status alone may be a proxy's: undefined, as for
 * every failure of the way.
 */
export function discordErrorKind(error: unknown): DiscordErrorKind | undefined {
  if (!(error instanceof DiscordAPIError) || error.status === 401 || error.status === 429) return undefined;
  const body: unknown = error.rawError;
  if (!isFields(body) || typeof body.message !== 'string' || !Number.isInteger(body.code)) return undefined;
  const code = body.code as number;
  if (code < SMALLEST_CODE || code === OVERLOADED) return undefined;
  return KINDS.get(code) ?? 'refused';
}

/** A request of backfill that brought nothing usable. */
export class HistoryRequestError extends Error {
  /** The item whose attempt this was, once somebody has counted it. */
  item: string | undefined;

  private constructor(
    readonly kind: DiscordErrorKind | undefined,
    readonly status: number | undefined,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : 'request failed', { cause });
    this.name = 'HistoryRequestError';
  }

  static of(cause: unknown): HistoryRequestError {
    const status = cause instanceof DiscordAPIError ? cause.status : undefined;
    return new HistoryRequestError(discordErrorKind(cause), status, cause);
  }

  /** Nothing else would be answered either. */
  get affectsAllRequests(): boolean {
    return this.status === 401;
  }
}
