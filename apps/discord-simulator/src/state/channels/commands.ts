import type { CommandRecord } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { WorldContext } from '../model/world-context.js';
import { WorldError } from '../model/world-error.js';

/** The commands that the application has registered, globally or in a guild. */
export class Commands {
  private readonly byId = new Map<Snowflake, CommandRecord>();

  constructor(private readonly world: WorldContext) {}

  all(): CommandRecord[] {
    return [...this.byId.values()];
  }

  /** The commands of a guild, or (null) the global ones. */
  in(guildId: Snowflake | null): CommandRecord[] {
    return this.all().filter((each) => each.guildId === guildId);
  }

  /** @throws WorldError UNKNOWN_COMMAND */
  get(id: Snowflake, guildId: Snowflake | null): CommandRecord {
    const command = this.byId.get(id);
    if (command?.guildId === guildId) return command;
    throw new WorldError('UNKNOWN_COMMAND', `no command ${id}`);
  }

  /** The command with a name, for a member of the guild: the guild's own takes precedence over a global one. */
  named(name: string, type: number, guildId: Snowflake): CommandRecord {
    const found = [...this.in(guildId), ...this.in(null)].find(
      ({ body }) => body.name === name && body.type === type,
    );
    if (found) return found;
    throw new WorldError('UNKNOWN_COMMAND', `no command ${name} of type ${type}`);
  }

  /** Registers a command, replacing one with the same name and type. */
  put(guildId: Snowflake | null, body: CommandRecord['body']): CommandRecord {
    const known = this.in(guildId).find(
      (each) => each.body.name === body.name && each.body.type === body.type,
    );
    const command = { id: known?.id ?? this.world.newId(), guildId, version: this.world.newId(), body };
    return this.keep(command);
  }

  update(id: Snowflake, guildId: Snowflake | null, patch: Partial<CommandRecord['body']>): CommandRecord {
    const command = this.get(id, guildId);
    return this.keep({ ...command, version: this.world.newId(), body: { ...command.body, ...patch } });
  }

  delete(id: Snowflake, guildId: Snowflake | null): void {
    const command = this.get(id, guildId);
    this.byId.delete(id);
    this.world.emit({ kind: 'command.deleted', command });
  }

  /** Replaces all commands, as a bulk overwrite does. */
  replaceAll(guildId: Snowflake | null, bodies: CommandRecord['body'][]): CommandRecord[] {
    const kept = bodies.map((body) => this.put(guildId, body));
    const ids = new Set(kept.map(({ id }) => id));
    for (const { id } of this.in(guildId)) if (!ids.has(id)) this.delete(id, guildId);
    return kept;
  }

  /** Restores a command from a state file, without a fact. */
  restore(command: CommandRecord): void {
    this.byId.set(command.id, command);
  }

  /** Removes a command without a fact. */
  remove(id: Snowflake): void {
    this.byId.delete(id);
  }

  private keep(command: CommandRecord): CommandRecord {
    this.byId.set(command.id, command);
    this.world.emit({ kind: 'command.put', command });
    return command;
  }
}
