import { parseCookie } from 'cookie';
import type { CookieOptions, Response } from 'express';

/** Refresh tokens and log-ins under way go to the endpoints of log-ins alone. */
const AUTH_PATH = '/api/auth';
/** An EventSource cannot send a header: the access token comes to the stream as a cookie too. */
const STREAM_PATH = '/api/stream';

const PATHS = { refresh: AUTH_PATH, login: AUTH_PATH, access: STREAM_PATH } as const;

export type CookieName = keyof typeof PATHS;

/** With the prefix a browser takes the cookie over https only, and never from plain http on the same host. */
const nameOf = (name: CookieName, secure: boolean): string => `${secure ? '__Secure-' : ''}relay_${name}`;

/** The service's cookies: out of reach of scripts, and not sent along with what other sites' pages post. */
export class Cookies {
  /** @param prefix path prefix at which browsers know the service; '' at the root */
  constructor(
    private readonly secure: boolean,
    private readonly prefix: string,
  ) {}

  /** The value of the cookie; undefined when it is absent or empty. */
  read(header: string | undefined, name: CookieName): string | undefined {
    return parseCookie(header ?? '')[nameOf(name, this.secure)] || undefined;
  }

  set(response: Response, name: CookieName, value: string, maxAgeMs: number): void {
    response.cookie(nameOf(name, this.secure), value, { ...this.options(name), maxAge: maxAgeMs });
  }

  clear(response: Response, ...names: CookieName[]): void {
    for (const name of names) response.clearCookie(nameOf(name, this.secure), this.options(name));
  }

  private options(name: CookieName): CookieOptions {
    return { path: this.prefix + PATHS[name], httpOnly: true, sameSite: 'lax', secure: this.secure };
  }
}
