import type { DecimalId, IsoTime, Uuid } from '../formats.js';
/** `GET /api/auth/methods`: the available ways to log in. */
export interface AuthMethods {
  /** Whether everyone is logged in without credentials: on a local stack only. */
  local: boolean;
  /** The path that starts a log-in with Discord; null if it is not available. */
  discord: string | null;
  /** Whether this browser has a log-in that `POST /api/auth/refresh` can continue. */
  session: boolean;
}

/** An access token; `expiresIn` in seconds. */
export interface AccessGrant {
  token: string;
  expiresIn: number;
}

/** `GET /api/auth/me`: the contents of the token. */
export interface Me {
  id: string;
  role: string;
  /** Only for users who logged in with Discord. */
  username?: string;
  /** Guilds the token is limited to; absent: no limit. */
  guilds?: DecimalId[];
  expiresAt: IsoTime;
}

export const SERVICE_TOKEN_ROLES = ['admin', 'analyst'] as const;
export type ServiceTokenRole = (typeof SERVICE_TOKEN_ROLES)[number];

/** The longest lifetime of a token for a program, in seconds: a year. */
export const SERVICE_TOKEN_MAX_LIFE_S = 366 * 86_400;

/** `/api/v1/tokens`: a token for a program. Times are ISO 8601. */
export interface ServiceToken {
  id: Uuid;
  name: string;
  role: ServiceTokenRole;
  /** Guilds that it is limited to; null: no limit. */
  guilds: DecimalId[] | null;
  createdBy: string;
  createdAt: IsoTime;
  expiresAt: IsoTime;
  /** null: the token is valid until it expires. */
  revokedAt: IsoTime | null;
}

/** `GET /api/v1/audit`: an action, or a refused attempt. */
export interface AuditEntry {
  id: DecimalId;
  at: IsoTime;
  action: string;
  /** null: unknown. */
  actor: string | null;
  address: string | null;
  target: string | null;
  /** The error code of a refusal; null: the action was carried out. */
  code: string | null;
  requestId: string | null;
  /** The number of equal actions within a short time. */
  count: number;
}
