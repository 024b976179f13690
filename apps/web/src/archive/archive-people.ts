import type { ArchivedMessage, ArchivePeople, RestMember, RestRole } from '@discord-relay/contracts';
import type { NamedThing } from '../content/context/content-context.js';
import { guildPeople } from '../content/people/guild-people.js';
import { peopleOf } from '../content/people/people-of.js';

/** The people of an export, and its roles. */
export class KnownPeople implements ArchivePeople {
  private readonly users = new Map<string, NamedThing>();
  private readonly requested = new Set<string>();
  private readonly roles: ReadonlyMap<string, NamedThing>;

  constructor(private readonly listed: readonly RestRole[]) {
    this.roles = guildPeople(listed, []).roles;
  }

  missing(messages: readonly ArchivedMessage[]): string[] {
    const ids = new Set(messages.flatMap(({ message }) => peopleOf(message)));
    const missing = [...ids].filter((id) => !this.requested.has(id));
    for (const id of missing) this.requested.add(id);
    return missing;
  }

  add(members: readonly RestMember[]): void {
    for (const [id, user] of guildPeople(this.listed, members).users) this.users.set(id, user);
  }

  user(id: string): NamedThing | undefined {
    return this.users.get(id);
  }

  role(id: string): NamedThing | undefined {
    return this.roles.get(id);
  }
}
