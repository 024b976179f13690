import { AuditLogEvent } from 'discord-api-types/v10';
import type { AuditEntryRecord } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { WorldContext } from '../model/world-context.js';

/** Older entries of a guild are removed. */
const KEPT_PER_GUILD = 1000;

/** Who did it, to whom, and why. */
export interface ModeratorAction {
  byId: Snowflake;
  targetId: Snowflake;
  reason: string | null;
}

/** The audit logs of guilds, newest entry last. Only actions on members are recorded. */
export class AuditLog {
  private readonly byGuild = new Map<Snowflake, AuditEntryRecord[]>();

  constructor(private readonly world: WorldContext) {}

  of(guildId: Snowflake): readonly AuditEntryRecord[] {
    this.world.guild(guildId);
    return this.byGuild.get(guildId) ?? [];
  }

  banned(guildId: Snowflake, action: ModeratorAction): void {
    this.record(guildId, AuditLogEvent.MemberBanAdd, action);
  }

  unbanned(guildId: Snowflake, action: ModeratorAction): void {
    this.record(guildId, AuditLogEvent.MemberBanRemove, action);
  }

  kicked(guildId: Snowflake, action: ModeratorAction): void {
    this.record(guildId, AuditLogEvent.MemberKick, action);
  }

  /** `untilMs`: epoch milliseconds; null: the timeout was removed. */
  timedOut(guildId: Snowflake, action: ModeratorAction, untilMs: number | null): void {
    const key = 'communication_disabled_until';
    const change = untilMs === null ? { key } : { key, new_value: new Date(untilMs).toISOString() };
    this.record(guildId, AuditLogEvent.MemberUpdate, action, [change]);
  }

  /** Restores an entry from a state file, without a fact. */
  restore(entry: AuditEntryRecord): void {
    const known = this.byGuild.get(entry.guildId) ?? [];
    if (known.some(({ id }) => id === entry.id)) return;
    this.byGuild.set(entry.guildId, [...known, entry].slice(-KEPT_PER_GUILD));
  }

  private record(
    guildId: Snowflake,
    actionType: AuditLogEvent,
    action: ModeratorAction,
    changes: AuditEntryRecord['changes'] = [],
  ): void {
    this.world.guild(guildId);
    const entry = { id: this.world.newId(), guildId, actionType, changes, ...action };
    this.restore(entry);
    this.world.emit({ kind: 'audit.logged', entry });
  }
}
