import type { Random } from '@discord-relay/local-stack';
import type { SimClient } from './sim-client.js';

const VIEW = 1n << 10n;
/** VIEW_CHANNEL and READ_MESSAGE_HISTORY. */
const SEEING = String(VIEW | (1n << 16n));

export interface Person {
  id: string;
  roles: Set<string>;
}

export interface Place {
  id: string;
  /** The role that may see it besides the owner; undefined: everyone. */
  only?: { role: string };
  /** Users who may not see it, with any roles. */
  closedTo: Set<string>;
}

/** A guild of the local Discord in which rights change, and a simple model of the resulting access. */
export class PrivatePlaces {
  readonly people: Person[] = [];
  readonly places: Place[] = [];
  guildId = '';
  private roles: string[] = [];

  constructor(private readonly sim: SimClient) {}

  async build(): Promise<void> {
    const names = ['open', 'staff', 'club', 'lounge'];
    const guild = await this.sim.createGuild(
      'World',
      names.map((name) => ({ name })),
    );
    this.guildId = guild.id;
    for (const { id } of guild.channels) this.places.push({ id, closedTo: new Set() });
    for (const name of ['mods', 'friends'])
      this.roles.push((await this.sim.createRole(guild.id, { name, permissions: '0' })).id);
    for (const name of ['ada', 'ben', 'eve'])
      this.people.push({ id: await this.sim.newMember(guild.id, name), roles: new Set() });
  }

  /** Discord's rules as far as this guild needs them. */
  maySee(person: Person, place: Place): boolean {
    if (place.closedTo.has(person.id)) return false;
    return place.only === undefined || person.roles.has(place.only.role);
  }

  /** One change of access, which Discord sends completely. The first channel stays open to all. */
  async change(random: Random): Promise<string> {
    const person = random.pick(this.people);
    const place = random.pick(this.places.slice(1));
    const role = random.pick(this.roles);
    if (random.next() < 0.4) {
      toggle(person.roles, role);
      await this.sim.patchMember(this.guildId, person.id, { roleIds: [...person.roles] });
      return `${person.id} has roles ${[...person.roles].join()}`;
    }
    if (random.next() < 0.5) place.only = place.only ? undefined : { role };
    else toggle(place.closedTo, person.id);
    await this.sim.overwrite(place.id, await this.overwritesOf(place));
    return `${place.id} only for ${place.only?.role ?? 'all'} and not for ${[...place.closedTo].join()}`;
  }

  private async overwritesOf({ only, closedTo }: Place) {
    const { bot } = await this.sim.state();
    return [
      { id: bot.id, type: 1 as const, allow: SEEING, deny: '0' },
      ...(only ? [{ id: this.guildId, type: 0 as const, allow: '0', deny: SEEING }] : []),
      ...(only ? [{ id: only.role, type: 0 as const, allow: SEEING, deny: '0' }] : []),
      ...[...closedTo].map((id) => ({ id, type: 1 as const, allow: '0', deny: SEEING })),
    ];
  }
}

function toggle(set: Set<string>, value: string): void {
  if (!set.delete(value)) set.add(value);
}
