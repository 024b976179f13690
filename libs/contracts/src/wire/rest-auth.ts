/** `GET /api/auth/methods`: how one may log in. */
export interface AuthMethods {
  /** Whether everybody is logged in who asks: a local stack only. */
  local: boolean;
  /** Where a browser goes to log in with Discord; null where that is not offered. */
  discord: string | null;
  /** Whether this browser has a log-in to go on with by `POST /api/auth/refresh`. */
  session: boolean;
}

/** An access token; `expiresIn` in seconds. */
export interface AccessGrant {
  token: string;
  expiresIn: number;
}

/** `GET /api/auth/me`: what the token says. */
export interface Me {
  id: string;
  role: string;
  /** Of who logged in with Discord. */
  username?: string;
  /** Guilds the token is limited to; absent: no limit. */
  guilds?: string[];
  /** ISO 8601. */
  expiresAt: string;
}

export const SERVICE_TOKEN_ROLES = ['admin', 'analyst'] as const;
export type ServiceTokenRole = (typeof SERVICE_TOKEN_ROLES)[number];

/** The longest that a token for a program is good: a year. */
export const SERVICE_TOKEN_MAX_LIFE_S = 366 * 86_400;

/** `/api/v1/tokens`: a token for a program. Times are ISO 8601. */
export interface ServiceToken {
  id: string;
  name: string;
  role: ServiceTokenRole;
  /** Guilds it is limited to; null: no limit. */
  guilds: string[] | null;
  createdBy: string;
  createdAt: string;
  expiresAt: string;
  /** null: it is good until it expires. */
  revokedAt: string | null;
}

/** `GET /api/v1/audit`: somebody did something, or was refused it. */
export interface AuditEntry {
  id: string;
  /** ISO 8601. */
  at: string;
  action: string;
  /** null: nobody knows. */
  actor: string | null;
  address: string | null;
  target: string | null;
  /** Why it was refused; null: it was done. */
  code: string | null;
  requestId: string | null;
  /** How many times within a moment. */
  count: number;
}
