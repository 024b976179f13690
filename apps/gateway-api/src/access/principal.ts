import type { Role } from '@discord-relay/contracts';

/** Who asks: what a verified token says. */
export interface Principal {
  /** Of a viewer the Discord user id. */
  id: string;
  role: Role;
  /** Guilds the token is limited to; undefined: no limit. */
  guilds?: ReadonlySet<string>;
  /** When the token ends, milliseconds since the Unix epoch. */
  expiresAtMs: number;
  /** What can be revoked: `session:<id>` or `token:<id>`; undefined: the token ends by its time alone. */
  credential?: string;
  /** Of who logged in with Discord. */
  username?: string;
}

/** Staff and their programs see every channel of the guilds in their scope. */
export const isStaff = ({ role }: Pick<Principal, 'role'>): boolean => role === 'admin' || role === 'analyst';

/** Whether the token is for this guild; that it may see anything there is not said. */
export const isInScope = ({ guilds }: Pick<Principal, 'guilds'>, guildId: string): boolean =>
  guilds === undefined || guilds.has(guildId);

/** The guilds a query has to be limited to; null: all. */
export const guildScope = ({ guilds }: Pick<Principal, 'guilds'>): string[] | null =>
  guilds ? [...guilds] : null;
