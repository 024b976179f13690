import type { NamedThing } from '../context/content-context.js';

/** As listed by `GET /api/v1/guilds/:id/roles`, highest first. */
export interface ListedRole {
  id: string;
  name: string;
  color: number | null;
}

/** As listed by `GET /api/v1/guilds/:id/members`. */
export interface ListedMember {
  userId: string;
  username: string | null;
  nick: string | null;
  globalName: string | null;
  roleIds: readonly string[];
}

/** Names and colours of a guild's roles and members, by id. */
export interface GuildPeople {
  users: ReadonlyMap<string, NamedThing>;
  roles: ReadonlyMap<string, NamedThing>;
}

export const NOBODY: GuildPeople = { users: new Map(), roles: new Map() };

/** A member has the colour of their highest role with a colour. */
export function guildPeople(roles: readonly ListedRole[], members: readonly ListedMember[]): GuildPeople {
  const coloured = roles.filter(({ color }) => color);
  const colourOf = (roleIds: readonly string[]) =>
    coloured.find(({ id }) => roleIds.includes(id))?.color ?? null;
  return {
    roles: new Map(roles.map(({ id, name, color }) => [id, { name, colour: color }])),
    users: new Map(
      members.flatMap(({ userId, roleIds, ...names }) => {
        const name = names.nick ?? names.globalName ?? names.username;
        return name === null ? [] : [[userId, { name, colour: colourOf(roleIds) }] as const];
      }),
    ),
  };
}
