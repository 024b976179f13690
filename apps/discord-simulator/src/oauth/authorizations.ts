import { randomBytes } from 'node:crypto';
import { verifyChallenge, type CodeChallenge } from './challenge.js';
import type { Snowflake } from '../state/model/snowflakes.js';

/** A user's authorization of an application. */
export interface Grant {
  readonly userId: Snowflake;
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
}

/** Access token and refresh token of a grant. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  grant: Grant;
}

interface Issued<T> {
  value: T;
  expiresAtMs: number;
}

/** The grant behind a code, and what the client must prove to redeem it. */
interface Allowed {
  grant: Grant;
  redirectUri: string;
  challenge: CodeChallenge | null;
}

/** The parameters that a client sends with a code. */
export interface CodeProof {
  clientId: string;
  redirectUri: string;
  verifier?: string | undefined;
}

const CODE_LIFETIME_MS = 600_000;
export const ACCESS_TOKEN_LIFETIME_S = 604_800;

/** The codes and tokens of OAuth2 log-ins. In memory only. Times are epoch milliseconds. */
export class Authorizations {
  private readonly codes = new Map<string, Issued<Allowed>>();
  private readonly access = new Map<string, Issued<Grant>>();
  private readonly refresh = new Map<string, Grant>();

  /** Creates the code that the redirect returns to the application. */
  allow(grant: Grant, redirectUri: string, nowMs: number, challenge: CodeChallenge | null = null): string {
    const code = newToken();
    this.codes.set(code, { value: { grant, redirectUri, challenge }, expiresAtMs: nowMs + CODE_LIFETIME_MS });
    return code;
  }

  /** Redeems a code for tokens; a code is valid once, for its own client, redirect and verifier; otherwise null. */
  exchange(code: string, proof: CodeProof, nowMs: number): Tokens | null {
    const issued = this.codes.get(code);
    this.codes.delete(code);
    if (!issued || issued.expiresAtMs <= nowMs) return null;
    const { grant, redirectUri, challenge } = issued.value;
    if (grant.clientId !== proof.clientId || redirectUri !== proof.redirectUri) return null;
    return verifyChallenge(challenge, proof.verifier) ? this.issue(grant, nowMs) : null;
  }

  /** Exchanges a refresh token for new tokens; null if it is not the client's. A refresh token is valid once. */
  renew(refreshToken: string, clientId: string, nowMs: number): Tokens | null {
    const grant = this.refresh.get(refreshToken);
    if (grant?.clientId !== clientId) return null;
    this.refresh.delete(refreshToken);
    return this.issue(grant, nowMs);
  }

  /** The grant of an access token that has not expired. */
  find(accessToken: string, nowMs: number): Grant | null {
    const issued = this.access.get(accessToken);
    return issued && issued.expiresAtMs > nowMs ? issued.value : null;
  }

  /** Revokes every token of the token's user and application. Unknown tokens are not an error. */
  revoke(token: string, clientId: string): void {
    const grant = this.access.get(token)?.value ?? this.refresh.get(token);
    if (grant?.clientId !== clientId) return;
    const isTheirs = (each: Grant): boolean => each.clientId === clientId && each.userId === grant.userId;
    for (const [key, { value }] of this.access) if (isTheirs(value)) this.access.delete(key);
    for (const [key, value] of this.refresh) if (isTheirs(value)) this.refresh.delete(key);
  }

  /** Expires the access tokens as if a week had passed; refresh tokens stay. @returns how many there were. */
  expireAccess(): number {
    const { size } = this.access;
    this.access.clear();
    return size;
  }

  private issue(grant: Grant, nowMs: number): Tokens {
    const tokens = { accessToken: newToken(), refreshToken: newToken(), grant };
    const expiresAtMs = nowMs + ACCESS_TOKEN_LIFETIME_S * 1000;
    this.access.set(tokens.accessToken, { value: grant, expiresAtMs });
    this.refresh.set(tokens.refreshToken, grant);
    return tokens;
  }
}

function newToken(): string {
  return randomBytes(22).toString('base64url');
}
