import type { AccessGrant } from '@discord-relay/contracts';

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

/** Tokens of a log-in, each fetched when the last one nears its end; whoever asks meanwhile waits for the same one. */
export function loginTokens(
  refresh: () => Promise<AccessGrant>,
  nowMs: () => number = Date.now,
): TokenSource {
  let token = '';
  let goodUntilMs = -Infinity;
  let underWay: Promise<string> | undefined;
  const renew = async (): Promise<string> => {
    const grant = await refresh();
    token = grant.token;
    goodUntilMs = nowMs() + grant.expiresIn * 1_000 - LEAD_MS;
    return token;
  };
  const get = () => {
    if (nowMs() < goodUntilMs) return token;
    underWay ??= renew().finally(() => (underWay = undefined));
    return underWay;
  };
  return { get, renewable: true };
}
