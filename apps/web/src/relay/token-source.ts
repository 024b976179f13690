import type { AccessGrant } from '@discord-relay/contracts';
import { wallClockMs } from '../ui/wall-clock.js';

/** The origin of this tab's token. */
export interface TokenSource {
  /** A token that is valid for a while. @throws Error when there is none now */
  get: () => string | Promise<string>;
  /** Whether a new token follows when it expires, so that the reader stays signed in. */
  renewable: boolean;
}

export const fixedToken = (token: string): TokenSource => ({ get: () => token, renewable: false });

/** The client requests the next token a minute before the last one expires, so it must be renewed before that. */
const LEAD_MS = 90_000;

/** Two clocks, because the monotonic one may stop while the machine sleeps, and the other one can be set back. */
const CLOCKS: readonly (() => number)[] = [() => performance.now(), wallClockMs];

/**
 * Tokens of a log-in, each fetched when the previous one nears its expiry; concurrent callers share one request.
 * @param clocks a token counts as expiring once any of them says so; milliseconds
 */
export function loginTokens(refresh: () => Promise<AccessGrant>, clocks = CLOCKS): TokenSource {
  let token = '';
  let goodUntilMs: number[] = [];
  let pending: Promise<string> | undefined;
  const renew = async (): Promise<string> => {
    const grant = await refresh();
    token = grant.token;
    goodUntilMs = clocks.map((nowMs) => nowMs() + grant.expiresIn * 1_000 - LEAD_MS);
    return token;
  };
  const get = () => {
    if (token !== '' && clocks.every((nowMs, i) => nowMs() < goodUntilMs[i]!)) return token;
    pending ??= renew().finally(() => (pending = undefined));
    return pending;
  };
  return { get, renewable: true };
}
