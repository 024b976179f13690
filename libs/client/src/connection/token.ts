/** The fraction of its remaining lifetime by which a token is renewed before it expires, at most a minute. */
const LEAD_SHARE = 0.2;
const MAX_LEAD_MS = 60_000;
/** Prevents a request loop if tokens are issued shortly before they expire. */
const MIN_DELAY_MS = 1_000;
/** The longest delay that a timer supports. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * When a JWT expires, in milliseconds since the Unix epoch; undefined for any other token. The token is decoded, not verified.
 */
export function tokenEndMs(token: string): number | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')));
    const { exp } = Object(claims) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1_000 : undefined;
  } catch (error) {
    // Not a JWT: its expiry is unknown.
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined;
    throw error;
  }
}

/** How long to wait before renewing a token that expires at `endMs`. */
export function renewalDelayMs(endMs: number, nowMs: number): number {
  const leftMs = endMs - nowMs;
  const delayMs = leftMs - Math.min(MAX_LEAD_MS, LEAD_SHARE * leftMs);
  return Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, delayMs));
}
