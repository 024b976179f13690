import type { GuildRecord, MemberRecord } from '../model/records.js';
import { snowflakeTimeMs, type Snowflake } from '../model/snowflakes.js';
import { WorldError } from '../model/world-error.js';
import type { WorldContext } from '../model/world-context.js';

export type MemberPatch = Partial<Pick<MemberRecord, 'nick' | 'roleIds' | 'timedOutUntilMs' | 'pending'>>;

/** The members of guilds. Every user is a member of every guild until they leave it. */
export class Members {
  /** Null for users who left. Members without changes are added on first use. */
  private readonly byGuild = new Map<Snowflake, Map<Snowflake, MemberRecord | null>>();
  private readonly bansByGuild = new Map<Snowflake, Map<Snowflake, string | null>>();

  constructor(private readonly world: WorldContext) {}

  /** The member, or null for users who left or do not exist. The same object until something changes. */
  find(guildId: Snowflake, userId: Snowflake): MemberRecord | null {
    const known = this.inGuild(guildId).get(userId);
    if (known !== undefined) return known;
    const guild = this.world.guild(guildId);
    const user = this.world.users.get(userId);
    if (!user) return null;
    const joinedAtMs = Math.max(guild.joinedAtMs, snowflakeTimeMs(userId));
    return this.keep({ ...newMember(guildId, userId, joinedAtMs), roleIds: botRolesOf(guild, userId) });
  }

  /** @throws WorldError UNKNOWN_MEMBER */
  get(guildId: Snowflake, userId: Snowflake): MemberRecord {
    const member = this.find(guildId, userId);
    if (member) return member;
    throw new WorldError('UNKNOWN_MEMBER', `user ${userId} is not a member of guild ${guildId}`);
  }

  /** Ordered by user id. */
  all(guildId: Snowflake): MemberRecord[] {
    return [...this.world.users.keys()].flatMap((userId) => this.find(guildId, userId) ?? []);
  }

  /** Members whose username, display name or nickname begins with `prefix`, ignoring case. */
  matching(guildId: Snowflake, prefix: string): MemberRecord[] {
    const lower = prefix.toLowerCase();
    return this.all(guildId).filter(({ nick, userId }) => {
      const { username, globalName } = this.world.user(userId);
      return [nick, username, globalName].some((name) => name?.toLowerCase().startsWith(lower));
    });
  }

  count(guildId: Snowflake): number {
    let left = 0;
    for (const member of this.inGuild(guildId).values()) if (member === null) left += 1;
    return this.world.users.size - left;
  }

  roleIdsOf(guild: GuildRecord, userId: Snowflake): readonly Snowflake[] {
    return this.find(guild.id, userId)?.roleIds ?? [];
  }

  /** @returns the member; unchanged if the user is one already. */
  join(guildId: Snowflake, userId: Snowflake, patch: MemberPatch = {}): MemberRecord {
    this.world.user(userId);
    const present = this.find(guildId, userId);
    if (present) return present;
    if (this.bans(guildId).has(userId)) throw new WorldError('BANNED', `user ${userId} is banned`);
    const joinedAtMs = Math.floor(this.world.nowMs());
    const member = this.keep({ ...newMember(guildId, userId, joinedAtMs), ...patch });
    this.world.emit({ kind: 'member.joined', member });
    this.world.system.joined(guildId, userId);
    return member;
  }

  update(guildId: Snowflake, userId: Snowflake, patch: MemberPatch): MemberRecord {
    const member = this.keep({ ...this.get(guildId, userId), ...patch });
    this.world.emit({ kind: 'member.updated', member });
    return member;
  }

  leave(guildId: Snowflake, userId: Snowflake): void {
    const member = this.get(guildId, userId);
    this.world.voice.leave(guildId, userId);
    this.markLeft(guildId, userId);
    this.world.emit({ kind: 'member.left', member });
  }

  /** Bans a user; a member leaves first. */
  ban(guildId: Snowflake, userId: Snowflake, reason: string | null = null): void {
    this.world.user(userId);
    if (this.find(guildId, userId)) this.leave(guildId, userId);
    this.bans(guildId).set(userId, reason);
    this.world.emit({ kind: 'ban.added', guildId, userId, reason });
  }

  /** @throws WorldError UNKNOWN_BAN */
  unban(guildId: Snowflake, userId: Snowflake): void {
    const reason = this.bans(guildId).get(userId);
    if (reason === undefined) throw new WorldError('UNKNOWN_BAN', `user ${userId} is not banned`);
    this.bans(guildId).delete(userId);
    this.world.emit({ kind: 'ban.removed', guildId, userId, reason });
  }

  /** The banned users of a guild with the reasons. */
  bans(guildId: Snowflake): Map<Snowflake, string | null> {
    this.world.guild(guildId);
    return entry(this.bansByGuild, guildId);
  }

  /** Removes a role from all members, without separate facts, as Discord does when it is deleted. */
  removeRole(guildId: Snowflake, roleId: Snowflake): void {
    for (const member of this.inGuild(guildId).values()) {
      if (!member?.roleIds.includes(roleId)) continue;
      this.keep({ ...member, roleIds: member.roleIds.filter((id) => id !== roleId) });
    }
  }

  /**
   * The members of a guild that the state file must contain: those that differ from an unchanged member, and those who
   * left.
   */
  records(guildId: Snowflake): { members: MemberRecord[]; left: Snowflake[] } {
    const all = [...this.inGuild(guildId)];
    return {
      members: all.flatMap(([, member]) => member ?? []),
      left: all.flatMap(([userId, member]) => (member === null ? [userId] : [])),
    };
  }

  /** Excludes a new user from the guild, without a fact, because they never were a member. */
  exclude(guildId: Snowflake, userId: Snowflake): void {
    this.inGuild(guildId).set(userId, null);
  }

  /** Restores a member from a state file, without a fact; null: the user left. */
  restore(guildId: Snowflake, userId: Snowflake, member: MemberRecord | null): void {
    if (member) this.keep(member);
    else this.markLeft(guildId, userId);
  }

  private markLeft(guildId: Snowflake, userId: Snowflake): void {
    this.inGuild(guildId).set(userId, null);
    this.world.threads.removeMember(guildId, userId);
  }

  private keep(member: MemberRecord): MemberRecord {
    this.inGuild(member.guildId).set(member.userId, member);
    return member;
  }

  private inGuild(guildId: Snowflake): Map<Snowflake, MemberRecord | null> {
    return entry(this.byGuild, guildId);
  }
}

function newMember(guildId: Snowflake, userId: Snowflake, joinedAtMs: number): MemberRecord {
  return { guildId, userId, joinedAtMs, nick: null, roleIds: [], timedOutUntilMs: null, pending: false };
}

function botRolesOf(guild: GuildRecord, userId: Snowflake): Snowflake[] {
  return guild.roles.filter((role) => role.botId === userId).map((role) => role.id);
}

function entry<K, A, B>(maps: Map<K, Map<A, B>>, key: K): Map<A, B> {
  const known = maps.get(key);
  if (known) return known;
  const created = new Map<A, B>();
  maps.set(key, created);
  return created;
}
