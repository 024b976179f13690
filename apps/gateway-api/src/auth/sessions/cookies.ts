import { parseCookie } from 'cookie';
import type { CookieOptions, Response } from 'express';

/** Refresh tokens and pending log-ins are sent to the log-in endpoints only. */
const AUTH_PATH = '/api/auth';
/** An EventSource cannot send a header, so the stream accepts the access token as a cookie. */
const STREAM_PATH = '/api/stream';

const PATHS = { refresh: AUTH_PATH, login: AUTH_PATH, access: STREAM_PATH } as const;

export type CookieName = keyof typeof PATHS;

/** With this prefix a browser accepts the cookie over https only, and never from plain http on the same host. */
const nameOf = (name: CookieName, secure: boolean): string => `${secure ? '__Secure-' : ''}relay_${name}`;

/** The service's cookies: scripts cannot read them, and browsers do not send them with POST requests from other sites. */
export class Cookies {
  /** @param prefix path prefix of the service as browsers see it; '' at the root */
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
