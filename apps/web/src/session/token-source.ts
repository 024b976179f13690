import type { AccessGrant } from '@discord-relay/contracts';
import { wallClockMs } from '../ui/wall-clock.js';

/** Where the token of this tab comes from. */
export interface TokenSource {
  /** A token that is good for a while. @throws Error when there is none now */
  get: () => string | Promise<string>;
  /** Whether another one comes when it ends: then its end is no reason to sign out. */
  renewable: boolean;
}

export const fixedToken = (token: string): TokenSource => ({ get: () => token, renewable: false });

/** The client asks for the next token a minute before the last one ends: by then it has to be another one. */
const LEAD_MS = 90_000;

/** Two clocks: the monotonic one may stand still while the machine sleeps, the other one can be set back. */
const CLOCKS: readonly (() => number)[] = [() => performance.now(), wallClockMs];

/**
 * Tokens of a log-in, each fetched when the last one nears its end; concurrent callers share one request.
 * @param clocks a token counts as old once any of them says so; milliseconds
 */
export function loginTokens(refresh: () => Promise<AccessGrant>, clocks = CLOCKS): TokenSource {
  let token = '';
  let goodUntilMs: number[] = [];
  let underWay: Promise<string> | undefined;
  const renew = async (): Promise<string> => {
    const grant = await refresh();
    token = grant.token;
    goodUntilMs = clocks.map((nowMs) => nowMs() + grant.expiresIn * 1_000 - LEAD_MS);
    return token;
  };
  const get = () => {
    if (token !== '' && clocks.every((nowMs, i) => nowMs() < goodUntilMs[i]!)) return token;
    underWay ??= renew().finally(() => (underWay = undefined));
    return underWay;
  };
  return { get, renewable: true };
}
