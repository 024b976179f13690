import type { Role } from '@discord-relay/contracts';

/** Who asks: what a verified token says. */
export interface Principal {
  id: string;
  role: Role;
  /** Guilds the token is limited to; undefined: no limit. */
  guilds?: ReadonlySet<string>;
  /** When the token ends, milliseconds since the Unix epoch. */
  expiresAtMs: number;
}
