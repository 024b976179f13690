import type { ServiceToken, ServiceTokenRole } from '@discord-relay/contracts';
import { AppError } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { select, type SelectedRow, SERVICE_TOKENS } from '@discord-relay/read-model';
import type { Principal } from '../../access/principal.js';
import type { RelayDatabase } from '../../database/relay.database.js';
import { randomSecret, sha256 } from './secrets.js';

/** Lets secret scanners and people recognise the token. */
const PREFIX = 'relay_';
const TOKEN = /^relay_[\w-]{43}$/;

/** A token in constant use is read again after this time; revocations do not depend on it. */
const CACHE_MS = 60_000;
const CACHE_MAX = 10_000;

export interface TokenRequest {
  name: string;
  role: ServiceTokenRole;
  /** Guilds it is limited to; undefined: no limit. */
  guilds?: string[];
  /** Seconds. */
  expiresInS: number;
}

const SERVICE_TOKEN = select(SERVICE_TOKENS, [
  'id',
  'name',
  'role',
  'guilds',
  'created_by',
  'created_at',
  'expires_at',
  'revoked_at',
]);
type TokenRow = SelectedRow<typeof SERVICE_TOKEN>;

/** Limits the tokens to those that a caller with this scope may administer; null: all. */
const IN_SCOPE = (parameter: string) =>
  `(${parameter}::bigint[] IS NULL OR coalesce(guilds <@ ${parameter}::bigint[], false))`;

const CREATE = `
  INSERT INTO service_tokens (token_hash, name, role, guilds, created_by, expires_at)
  VALUES ($1, $2, $3, $4::bigint[], $5, now() + make_interval(secs => $6)) RETURNING ${SERVICE_TOKEN.list}`;
const LIST = `SELECT ${SERVICE_TOKEN.list} FROM service_tokens WHERE ${IN_SCOPE('$1')} ORDER BY created_at, id`;
const REVOKE = `
  UPDATE service_tokens SET revoked_at = coalesce(revoked_at, now()), revoked_by = coalesce(revoked_by, $2)
  WHERE id = $1 AND ${IN_SCOPE('$3')} RETURNING ${SERVICE_TOKEN.list}`;
const FIND = `
  SELECT ${SERVICE_TOKEN.list} FROM service_tokens WHERE token_hash = $1`;

/** Tokens that admins create for programs. Only a hash is stored, so a token cannot be shown again. */
export class ServiceTokens {
  private readonly cache = new Map<string, { principal: Principal; untilMs: number }>();

  constructor(private readonly database: RelayDatabase) {}

  static matches(token: string): boolean {
    return token.startsWith(PREFIX);
  }

  /**
   * The principal of a token.
   * @throws AppError `AUTH.TOKEN_INVALID`, `AUTH.TOKEN_REVOKED`, `AUTH.TOKEN_EXPIRED`, `SERVICE.UNAVAILABLE`
   */
  async principalOf(token: string): Promise<Principal> {
    if (!TOKEN.test(token)) throw new AppError('AUTH.TOKEN_INVALID');
    const hash = sha256(token);
    const key = hash.toString('base64');
    const known = this.cache.get(key);
    const principal = known && known.untilMs > performance.now() ? known.principal : await this.find(hash);
    if (principal.expiresAtMs <= wallClockMs()) throw new AppError('AUTH.TOKEN_EXPIRED');
    if (principal !== known?.principal) this.remember(key, principal);
    return principal;
  }

  /** Only this result contains the token. @throws AppError `AUTH.FORBIDDEN` outside the caller's scope */
  async create(by: Principal, request: TokenRequest): Promise<ServiceToken & { token: string }> {
    const { name, role, guilds, expiresInS } = request;
    if (by.guilds && !(guilds?.length && guilds.every((id) => by.guilds!.has(id))))
      throw new AppError(
        'AUTH.FORBIDDEN',
        'a token can be limited only to guilds that your own token covers',
      );
    const token = `${PREFIX}${randomSecret()}`;
    const values = [sha256(token), name, role, guilds ?? null, by.id, expiresInS];
    const [row] = await this.database.rows<TokenRow>({ name: 'token_create', text: CREATE, values });
    return { ...toServiceToken(row!), token };
  }

  /** The tokens that the caller may administer, oldest first. @throws AppError */
  async list(by: Principal): Promise<ServiceToken[]> {
    const rows = await this.database.rows<TokenRow>({
      name: 'token_list',
      text: LIST,
      values: [scopeOf(by)],
    });
    return rows.map(toServiceToken);
  }

  /** Without effect on a revoked token. @throws AppError `REQUEST.NOT_FOUND` */
  async revoke(by: Principal, id: string): Promise<ServiceToken> {
    const values = [id, by.id, scopeOf(by)];
    const [row] = await this.database.rows<TokenRow>({ name: 'token_revoke', text: REVOKE, values });
    if (!row) throw new AppError('REQUEST.NOT_FOUND', 'no such token');
    return toServiceToken(row);
  }

  private async find(hash: Buffer): Promise<Principal> {
    const [row] = await this.database.rows<TokenRow>({ name: 'token_find', text: FIND, values: [hash] });
    if (!row) throw new AppError('AUTH.TOKEN_INVALID');
    if (row.revokedAt) throw new AppError('AUTH.TOKEN_REVOKED');
    return {
      id: `token:${row.name}`,
      role: row.role,
      expiresAtMs: row.expiresAt.getTime(),
      credential: `token:${row.id}`,
      ...(row.guilds && { guilds: new Set(row.guilds) }),
    };
  }

  private remember(key: string, principal: Principal): void {
    if (this.cache.size >= CACHE_MAX) this.cache.clear();
    this.cache.set(key, { principal, untilMs: performance.now() + CACHE_MS });
  }
}

const scopeOf = ({ guilds }: Principal): string[] | null => (guilds ? [...guilds] : null);

const toServiceToken = ({ createdAt, expiresAt, revokedAt, ...row }: TokenRow): ServiceToken => ({
  ...row,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  revokedAt: revokedAt?.toISOString() ?? null,
});
