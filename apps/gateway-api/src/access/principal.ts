import type { Role } from '@discord-relay/contracts';

/** The caller, as a verified token describes it. */
export interface Principal {
  /** The Discord user id, for a viewer. */
  id: string;
  role: Role;
  /** Guilds the token is limited to; undefined: no limit. */
  guilds?: ReadonlySet<string>;
  /** When the token expires, milliseconds since the Unix epoch. */
  expiresAtMs: number;
  /** The revocable credential: `session:<id>` or `token:<id>`; undefined: the token cannot be revoked. */
  credential?: string;
  /** Only for users who logged in with Discord. */
  username?: string;
}

/** Analysts and admins, also programs with such a token, see every channel of the guilds in their scope. */
export const seesAllChannels = ({ role }: Pick<Principal, 'role'>): boolean =>
  role === 'admin' || role === 'analyst';

/** Whether the token covers this guild. The caller may still see nothing in it. */
export const isInScope = ({ guilds }: Pick<Principal, 'guilds'>, guildId: string): boolean =>
  guilds === undefined || guilds.has(guildId);

/** The guilds that a query must be limited to; null: all. */
export const guildScope = ({ guilds }: Pick<Principal, 'guilds'>): string[] | null =>
  guilds ? [...guilds] : null;
