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
  /** What can be revoked: `session:<id>` or `token:<id>`; undefined: the token only expires. */
  credential?: string;
  /** Only for users who logged in with Discord. */
  username?: string;
}

/** Analysts, admins and their programs see every channel of the guilds in their scope. */
export const isStaff = ({ role }: Pick<Principal, 'role'>): boolean => role === 'admin' || role === 'analyst';

/** Whether the token covers this guild; this does not say that the caller may see anything in it. */
export const isInScope = ({ guilds }: Pick<Principal, 'guilds'>, guildId: string): boolean =>
  guilds === undefined || guilds.has(guildId);

/** The guilds that a query must be limited to; null: all. */
export const guildScope = ({ guilds }: Pick<Principal, 'guilds'>): string[] | null =>
  guilds ? [...guilds] : null;
