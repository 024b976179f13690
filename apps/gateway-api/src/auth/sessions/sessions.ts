import { AppError } from '@discord-relay/contracts';
import { select, type SelectedRow, SESSIONS } from '@discord-relay/read-model';
import type { RelayDatabase } from '../../database/relay.database.js';
import { derivedKey, hmac, randomSecret, sha256 } from '../tokens/secrets.js';

/** The user who logged in, as Discord describes them. */
export interface DiscordUser {
  id: string;
  username: string;
  /** Discord's hash of the picture. */
  avatar: string | null;
}

export interface Session {
  id: string;
  user: DiscordUser;
  expiresAtMs: number;
  /** The refresh token that is valid from now on. */
  refreshToken: string;
}

/** The outcome of using a refresh token; `reused`: it had been used before, so its session has ended. */
export type Refreshed =
  | { result: 'rotated' | 'repeated'; session: Session }
  | { result: 'reused'; sessionId: string; userId: string };

const SESSION = select(SESSIONS, ['id', 'user_id', 'username', 'avatar', 'expires_at']);
type SessionRow = SelectedRow<typeof SESSION>;
const OWNER = select(SESSIONS, ['id', 'user_id']);

/**
 * Two tabs may refresh at once, and a response may be lost. Within this time the previous token is accepted again and gets the
 * same successor.
 */
const REPEAT_S = 10;

const LIVE = 'revoked_at IS NULL AND expires_at > now()';

const BEGIN = `
  INSERT INTO sessions (user_id, username, avatar, family_hash, token_hash, expires_at)
  VALUES ($1, $2, $3, $4, $5, now() + make_interval(days => $6)) RETURNING ${SESSION.list}`;
const ROTATE = `
  UPDATE sessions SET previous_hash = token_hash, token_hash = $3, rotated_at = now()
  WHERE family_hash = $1 AND token_hash = $2 AND ${LIVE} RETURNING ${SESSION.list}`;
const FIND = `
  SELECT ${SESSION.list}, coalesce(previous_hash = $2 AND token_hash = $3
           AND rotated_at > now() - make_interval(secs => ${REPEAT_S}), false) AS repeated
  FROM sessions WHERE family_hash = $1 AND ${LIVE}`;
const END = `
  UPDATE sessions SET revoked_at = now(), revoked_why = $2
  WHERE family_hash = $1 AND ${LIVE} RETURNING ${OWNER.list}`;
const FORGET = `DELETE FROM sessions WHERE least(expires_at, revoked_at) < now() - interval '1 day'`;

/**
 * Log-ins with Discord. A refresh token is `<family>.<secret>`: the family identifies the session, and the secret changes with
 * every use. A known family with a secret that is not the newest is a used token: somebody else has it too, so the session
 * ends. Each secret is derived from the previous one with a key, so that a repeated request gets the same answer without
 * storing it.
 */
export class Sessions {
  private readonly key: Uint8Array;

  constructor(
    private readonly database: RelayDatabase,
    secret: string,
    private readonly days: number,
  ) {
    this.key = derivedKey(secret, 'refresh tokens');
  }

  /** @throws AppError `SERVICE.UNAVAILABLE` */
  async create(user: DiscordUser): Promise<Session> {
    const token = { family: randomSecret(), secret: randomSecret() };
    const hashes = [sha256(token.family), sha256(token.secret)];
    const values = [user.id, user.username, user.avatar, ...hashes, this.days];
    const [row] = await this.database.rows<SessionRow>({ name: 'session_begin', text: BEGIN, values });
    return sessionOf(row!, token);
  }

  /** @throws AppError `AUTH.SESSION_ENDED` for a token without an active session, `SERVICE.UNAVAILABLE` */
  async refresh(refreshToken: string): Promise<Refreshed> {
    const { family, secret } = parsed(refreshToken);
    const next = { family, secret: hmac(this.key, `${family}.${secret}`) };
    const values = [sha256(family), sha256(secret), sha256(next.secret)];
    const [rotated] = await this.database.rows<SessionRow>({ name: 'session_rotate', text: ROTATE, values });
    if (rotated) return { result: 'rotated', session: sessionOf(rotated, next) };
    const [found] = await this.database.rows<SessionRow & { repeated: boolean }>({
      name: 'session_find',
      text: FIND,
      values,
    });
    if (found?.repeated) return { result: 'repeated', session: sessionOf(found, next) };
    const ended = await this.revokeFamily(family, 'reuse');
    if (ended) return { result: 'reused', ...ended };
    throw new AppError('AUTH.SESSION_ENDED');
  }

  /** Ends the session of a refresh token, used or not; undefined if there is none. @throws AppError */
  async revoke(refreshToken: string): Promise<{ sessionId: string; userId: string } | undefined> {
    return this.revokeFamily(parsed(refreshToken).family, 'logout');
  }

  /** Removes sessions that ended over a day ago. @throws AppError */
  async deleteEnded(): Promise<void> {
    await this.database.rows({ name: 'session_forget', text: FORGET, values: [] });
  }

  private async revokeFamily(family: string, why: 'logout' | 'reuse') {
    const values = [sha256(family), why];
    const rows = await this.database.rows<SelectedRow<typeof OWNER>>({
      name: 'session_end',
      text: END,
      values,
    });
    return rows[0] && { sessionId: rows[0].id, userId: rows[0].userId };
  }
}

const sessionOf = (
  { id, userId, username, avatar, expiresAt }: SessionRow,
  { family, secret }: { family: string; secret: string },
): Session => ({
  id,
  user: { id: userId, username, avatar },
  expiresAtMs: expiresAt.getTime(),
  refreshToken: `${family}.${secret}`,
});

function parsed(refreshToken: string): { family: string; secret: string } {
  const [, family, secret] = /^([\w-]{43})\.([\w-]{43})$/.exec(refreshToken) ?? [];
  if (family === undefined || secret === undefined) throw new AppError('AUTH.SESSION_ENDED');
  return { family, secret };
}
