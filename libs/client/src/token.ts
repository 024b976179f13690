/** The share of its remaining life that a token is let live before it is renewed, at most a minute short of its end. */
const LEAD_SHARE = 0.2;
const MAX_LEAD_MS = 60_000;
/** Tokens that are given out nearly ended are not asked for in a loop. */
const MIN_DELAY_MS = 1_000;
/** The longest delay a timer takes. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** When a JWT ends, in milliseconds since the Unix epoch; undefined of any other token. It is read, not checked. */
export function tokenEndMs(token: string): number | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')));
    const { exp } = Object(claims) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1_000 : undefined;
  } catch (error) {
    // Not a JWT: it tells nothing of its end.
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined;
    throw error;
  }
}

/** How long to wait before a token that ends at `endMs` is renewed. */
export function renewalDelayMs(endMs: number, nowMs: number): number {
  const leftMs = endMs - nowMs;
  const delayMs = leftMs - Math.min(MAX_LEAD_MS, LEAD_SHARE * leftMs);
  return Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, delayMs));
}
