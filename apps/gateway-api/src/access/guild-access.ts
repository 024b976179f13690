import {
  type AccessChange,
  type AccessRule,
  neededRight,
  type Snowflake,
  type ToldFact,
} from '@discord-relay/contracts';
import { type AccessEffect, NO_EFFECT } from './access-effect.js';
import type { ChannelFacts, GuildFacts, MemberFacts } from './guild-facts.js';
import { CachedMember, type MemberChange } from './cached-member.js';
import {
  basePermissions,
  bitsOf,
  channelPermissions,
  guildPermissions,
  type GuildRules,
  isThread,
  NO_RIGHTS,
  type Overwrites,
  overwritesOf,
  READ_ALL,
  READING,
  type Rights,
  rightsOf,
  type Trace,
  VIEW_AUDIT_LOG,
} from './permissions.js';
import { isInScope, isStaff, type Principal } from './principal.js';

interface Channel extends Omit<ChannelFacts, 'overwrites'> {
  overwrites: Overwrites | null;
}

type ChangeOf<O extends AccessChange['of']> = Extract<AccessChange, { of: O }>;

interface PendingChange {
  change: MemberChange;
  seq: number;
}

/**
 * Who may see what in one guild, in memory. Everything unknown is denied. Only members that were put in are known and changes
 * of others are dropped, so call {@link expectMember} before reading a member.
 */
export class GuildAccess {
  readonly guildId: string;
  private present: boolean;
  private newest: number;
  private readonly roles: Map<string, bigint | null>;
  private readonly rules: GuildRules;
  private readonly channels = new Map<string, Channel>();
  private readonly members = new Map<string, CachedMember>();
  private readonly expected = new Map<string, PendingChange[]>();

  /** @param publicChannels ids of channels that everyone may read */
  constructor(
    facts: GuildFacts,
    private readonly publicChannels: ReadonlySet<string>,
  ) {
    this.guildId = facts.id;
    this.present = facts.present;
    this.newest = facts.seq;
    this.roles = new Map(facts.roles.map(({ id, permissions }) => [id, bitsOf(permissions)]));
    this.rules = { id: facts.id, ownerId: facts.ownerId, roles: this.roles };
    for (const channel of facts.channels) this.putChannel(channel);
    for (const member of facts.members) this.putMember(member, facts.seq);
  }

  /** Sequence of the newest change that was applied. */
  get seq(): number {
    return this.newest;
  }

  rights(principal: Principal, channelId: string, nowMs: number): Rights {
    const channel = this.channels.get(channelId);
    return !channel || channel.deleted ? NO_RIGHTS : this.rightsIn(principal, channel, nowMs);
  }

  /**
   * Whether the principal may learn about the channel: those who could see a channel may learn that it was deleted. For a
   * private thread that is being deleted, ask before the deletion is applied.
   */
  mayBeTold(principal: Principal, channelId: string, nowMs: number): boolean {
    const channel = this.channels.get(channelId);
    return channel !== undefined && this.rightsIn(principal, channel, nowMs).see;
  }

  /** Whether the principal may receive the event. */
  hears(
    principal: Principal,
    { channelId, type }: Pick<ToldFact, 'channelId' | 'type'>,
    nowMs: number,
  ): boolean {
    const needed = neededRight(type);
    if (needed === 'audit_log') return this.viewsAuditLog(principal, nowMs);
    if (channelId === null) return false;
    if (needed === 'see') return this.mayBeTold(principal, channelId, nowMs);
    return this.rights(principal, channelId, nowMs).read;
  }

  /** Whether the principal may view the guild's audit log. */
  viewsAuditLog(principal: Principal, nowMs: number): boolean {
    if (!this.isInside(principal)) return false;
    if (isStaff(principal)) return true;
    const member = this.members.get(principal.id)!;
    return (guildPermissions(member.rules, this.baseOf(member), nowMs) & VIEW_AUDIT_LOG) !== 0n;
  }

  /** Whether the principal may know the guild. */
  seesGuild(principal: Principal): boolean {
    if (!this.present || !isInScope(principal, this.guildId)) return false;
    if (isStaff(principal) || this.members.get(principal.id)?.isInside) return true;
    return [...this.publicChannels].some((id) => this.channels.get(id)?.deleted === false);
  }

  /** Whether the principal is a member of the guild, rather than a reader of its public channels only. */
  isInside(principal: Principal): boolean {
    if (!this.present || !isInScope(principal, this.guildId)) return false;
    return isStaff(principal) || this.members.get(principal.id)?.isInside === true;
  }

  /** Ids of the channels, categories, rooms and threads that the principal sees, in no particular order. */
  visibleChannels(principal: Principal, nowMs: number): string[] {
    const visible: string[] = [];
    for (const channel of this.channels.values())
      if (!channel.deleted && this.decide(principal, channel, nowMs).see) visible.push(channel.id);
    return visible;
  }

  /** As {@link rights}, but computed without the cache, and with every rule that applied. */
  trace(principal: Principal, channelId: string, nowMs: number, trace: Trace): Rights {
    const channel = this.channels.get(channelId);
    if (channel && !channel.deleted) return this.decide(principal, channel, nowMs, trace);
    trace(this.present ? 'channel_unknown' : 'guild_unknown', [], 0n);
    return NO_RIGHTS;
  }

  /** Discord's channel type; null: not known. */
  typeOf(channelId: string): number | null {
    return this.channels.get(channelId)?.type ?? null;
  }

  /** The category of a channel, or the channel of a thread; null: none, or not known. */
  parentOf(channelId: string): string | null {
    return this.channels.get(channelId)?.parentId ?? null;
  }

  /**
   * Whether a timeout since then has removed current rights: to read the channel's history or, with null, to view the audit
   * log. A timeout ends without a change.
   */
  wasTimedOut(principal: Principal, channelId: string | null, sinceMs: number): boolean {
    const untilMs = this.members.get(principal.id)?.rules.timedOutUntilMs ?? 0;
    if (untilMs <= sinceMs) return false;
    if (channelId === null) return !this.viewsAuditLog(principal, untilMs - 1);
    const channel = this.channels.get(channelId);
    return channel !== undefined && !this.decide(principal, channel, untilMs - 1).history;
  }

  knowsMember(userId: string): boolean {
    return this.members.has(userId);
  }

  /** Keeps the changes of this member from now on, until {@link putMember} brings the earlier state. */
  expectMember(userId: string): void {
    if (!this.members.has(userId) && !this.expected.has(userId)) this.expected.set(userId, []);
  }

  /** `seq`: the guild's head when the member was read; later changes are applied to the member. */
  putMember(facts: MemberFacts, seq: number): void {
    const known = this.members.get(facts.userId);
    if (known && !known.isOlderThan(seq)) return;
    const member = new CachedMember(facts, seq);
    for (const later of this.expected.get(facts.userId) ?? []) member.apply(later.change, later.seq);
    this.expected.delete(facts.userId);
    this.members.set(facts.userId, member);
  }

  /** Copies an unknown member from the previous state; both states are at the same change. */
  inheritMember(userId: string, from: GuildAccess): void {
    const member = from.members.get(userId);
    if (!member || this.members.has(userId)) return;
    member.invalidate();
    this.members.set(userId, member);
  }

  /** Nobody needs this member's rights any more. */
  forgetMember(userId: string): void {
    this.members.delete(userId);
    this.expected.delete(userId);
  }

  /** Applies the changes of one event, at most once and in the guild's order. */
  apply(changes: readonly AccessChange[], seq: number): AccessEffect {
    if (seq <= this.newest) return NO_EFFECT;
    this.newest = seq;
    const effect = changes.map((change) => this.applyOne(change, seq)).reduce(combined, NO_EFFECT);
    this.invalidate(effect);
    return effect;
  }

  /** Drops the cached rights of the members that a change affects. */
  private invalidate({ everyone, users, channels }: AccessEffect): void {
    for (const member of everyone ? this.members.values() : []) member.invalidate();
    for (const userId of users) this.members.get(userId)?.invalidate();
    if (channels.size === 0) return;
    for (const member of this.members.values()) for (const id of channels) member.invalidateChannel(id);
  }

  private applyOne(change: AccessChange, seq: number): AccessEffect {
    switch (change.of) {
      case 'guild':
        this.rules.ownerId = change.ownerId;
        this.present = !change.left;
        return EVERYONE;
      case 'role':
        return this.applyRole(change);
      case 'channel':
        return this.applyChannel(change, seq);
      case 'member':
        return this.applyToMembers(change, seq);
      case 'thread_members':
        // As in the rows: nobody is added to a deleted thread.
        return this.channels.get(change.threadId)?.deleted ? NO_EFFECT : this.applyToMembers(change, seq);
      default:
        return change satisfies never;
    }
  }

  private applyRole({ roleId, permissions }: ChangeOf<'role'>): AccessEffect {
    this.roles.set(roleId, bitsOf(permissions));
    if (roleId === this.guildId) return EVERYONE;
    const holders = [...this.members.values()].filter(({ rules }) => rules.roleIds?.includes(roleId));
    return { ...NO_EFFECT, users: new Set(holders.map(({ rules }) => rules.userId)) };
  }

  private applyChannel({ channelId: id, ...change }: ChangeOf<'channel'>, seq: number): AccessEffect {
    const known = this.channels.get(id);
    if (change.deleted) this.empty(id, seq);
    if (change.deleted && known) known.deleted = true;
    else this.putChannel({ id, ...change });
    const threads = [...this.channels.values()].filter(({ parentId }) => parentId === id);
    return { ...NO_EFFECT, channels: new Set([id, ...threads.map((thread) => thread.id)]) };
  }

  /** A deleted thread has no members, even if it comes back. */
  private empty(threadId: string, seq: number): void {
    const removed = [...this.members.keys(), ...this.expected.keys()] as Snowflake[];
    this.applyToMembers({ of: 'thread_members', threadId: threadId as Snowflake, added: [], removed }, seq);
  }

  private applyToMembers(change: MemberChange, seq: number): AccessEffect {
    const userIds = change.of === 'member' ? [change.userId] : [...change.added, ...change.removed];
    for (const userId of userIds) this.expected.get(userId)?.push({ change, seq });
    const touched = userIds.filter((userId) => this.members.get(userId)?.apply(change, seq));
    return { ...NO_EFFECT, users: new Set(touched) };
  }

  private putChannel({ overwrites, ...channel }: ChannelFacts): void {
    this.channels.set(channel.id, { ...channel, overwrites: overwritesOf(overwrites) });
  }

  private rightsIn(principal: Principal, channel: Channel, nowMs: number): Rights {
    const member = isStaff(principal) ? undefined : this.members.get(principal.id);
    const find = () => this.decide(principal, channel, nowMs);
    if (!member || !isInScope(principal, this.guildId)) return find();
    return member.rightsIn(channel.id, nowMs, find);
  }

  private decide(principal: Principal, channel: Channel, nowMs: number, trace?: Trace): Rights {
    if (!this.present) return refused('guild_unknown', trace);
    if (!isInScope(principal, this.guildId)) return refused('out_of_scope', trace);
    if (channel.type === null) return refused('channel_unknown', trace);
    if (isStaff(principal)) return granted('staff', trace);
    if (this.publicChannels.has(channel.id)) return granted('public_channel', trace);
    const member = this.members.get(principal.id);
    if (!member || member.left) return refused('not_a_member', trace);
    if (member.guest) return refused('guest', trace);
    const overwrites = this.governing(channel)?.overwrites ?? null;
    const base = this.baseOf(member, trace);
    const permissions = channelPermissions(this.rules, member.rules, base, overwrites, nowMs, trace);
    return rightsOf(permissions, channel.type, member.isIn(channel.id), trace);
  }

  private baseOf(member: CachedMember, trace?: Trace): bigint | null {
    const find = () => basePermissions(this.rules, member.rules, trace);
    return trace ? find() : member.base(find);
  }

  /** The channel whose overwrites count: of a thread, its parent. */
  private governing(channel: Channel): Channel | undefined {
    if (!isThread(channel.type)) return channel;
    const parent = channel.parentId === null ? undefined : this.channels.get(channel.parentId);
    return parent?.deleted ? undefined : parent;
  }
}

const EVERYONE: AccessEffect = { ...NO_EFFECT, everyone: true };

const combined = (a: AccessEffect, b: AccessEffect): AccessEffect => ({
  everyone: a.everyone || b.everyone,
  users: new Set([...a.users, ...b.users]),
  channels: new Set([...a.channels, ...b.channels]),
});

function refused(rule: AccessRule, trace?: Trace): Rights {
  trace?.(rule, [], 0n);
  return NO_RIGHTS;
}

function granted(rule: AccessRule, trace?: Trace): Rights {
  trace?.(rule, [], READING);
  return READ_ALL;
}
