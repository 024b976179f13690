import { type AccessRule, neededRight, type PublicEvent } from '@discord-relay/contracts';
import type { CachedMember } from './cached-member.js';
import type { GuildFacts } from './guild-facts.js';
import { type Channel, GuildState } from './guild-state.js';
import {
  basePermissions,
  channelPermissions,
  guildPermissions,
  isThread,
  NO_RIGHTS,
  READ_ALL,
  READING,
  type Rights,
  rightsOf,
  type Trace,
  VIEW_AUDIT_LOG,
} from './permissions.js';
import { isInScope, seesAllChannels, type Principal } from './principal.js';

/** The access rights in one guild, in memory. If something is not known, access is denied. */
export class GuildAccess extends GuildState {
  /** @param publicChannels ids of channels that everyone may read */
  constructor(
    facts: GuildFacts,
    private readonly publicChannels: ReadonlySet<string>,
  ) {
    super(facts);
  }

  rights(principal: Principal, channelId: string, nowMs: number): Rights {
    const channel = this.channels.get(channelId);
    return !channel || channel.deleted ? NO_RIGHTS : this.rightsIn(principal, channel, nowMs);
  }

  /** As {@link rights}, of a thread that need not be loaded; its channel has to be. */
  rightsInThread(
    principal: Principal,
    thread: { id: string; type: number; parentId: string | null },
    nowMs: number,
  ): Rights {
    return this.decide(principal, { ...thread, overwrites: null, deleted: false }, nowMs);
  }

  /** Whether everybody may read the channel. */
  isPublic(channelId: string): boolean {
    return this.publicChannels.has(channelId);
  }

  /**
   * Whether the principal may learn about the channel, including its deletion if they could see it. For the deletion of a private
   * thread, call this before the deletion is applied.
   */
  mayLearnOf(principal: Principal, channelId: string, nowMs: number): boolean {
    const channel = this.channels.get(channelId);
    return channel !== undefined && this.rightsIn(principal, channel, nowMs).see;
  }

  /** Whether the principal may receive the event. */
  receives(
    principal: Principal,
    { channelId, type }: Pick<PublicEvent, 'channelId' | 'type'>,
    nowMs: number,
  ): boolean {
    const needed = neededRight(type);
    if (needed === 'audit_log') return this.viewsAuditLog(principal, nowMs);
    if (channelId === null) return false;
    if (needed === 'see') return this.mayLearnOf(principal, channelId, nowMs);
    return this.rights(principal, channelId, nowMs)[needed];
  }

  /** Whether the principal may view the guild's audit log. */
  viewsAuditLog(principal: Principal, nowMs: number): boolean {
    if (!this.isInside(principal)) return false;
    if (seesAllChannels(principal)) return true;
    const member = this.members.get(principal.id)!;
    return (guildPermissions(member.rules, this.baseOf(member), nowMs) & VIEW_AUDIT_LOG) !== 0n;
  }

  /** Whether the principal may know the guild. */
  seesGuild(principal: Principal): boolean {
    if (!this.present || !isInScope(principal, this.guildId)) return false;
    if (seesAllChannels(principal) || this.members.get(principal.id)?.isInside) return true;
    return [...this.publicChannels].some((id) => this.channels.get(id)?.deleted === false);
  }

  /** Whether the principal is a member of the guild, rather than a reader of its public channels only. */
  isInside(principal: Principal): boolean {
    if (!this.present || !isInScope(principal, this.guildId)) return false;
    return seesAllChannels(principal) || this.members.get(principal.id)?.isInside === true;
  }

  /** Ids of the channels, categories, rooms and threads that the principal sees, in no particular order. */
  visibleChannels(principal: Principal, nowMs: number): string[] {
    const visible: string[] = [];
    for (const channel of this.channels.values())
      if (!channel.deleted && this.decide(principal, channel, nowMs).see) visible.push(channel.id);
    return visible;
  }

  /** As {@link rights}, but computed without the cache; `trace` is called with every rule that applies. */
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
   * Whether a timeout has removed, since `sinceMs`, a right that the principal has now: to read the channel's history or,
   * with null, to view the audit log. A timeout ends without a change.
   */
  wasTimedOut(principal: Principal, channelId: string | null, sinceMs: number): boolean {
    const untilMs = this.members.get(principal.id)?.rules.timedOutUntilMs ?? 0;
    if (untilMs <= sinceMs) return false;
    if (channelId === null) return !this.viewsAuditLog(principal, untilMs - 1);
    const channel = this.channels.get(channelId);
    return channel !== undefined && !this.decide(principal, channel, untilMs - 1).history;
  }

  private rightsIn(principal: Principal, channel: Channel, nowMs: number): Rights {
    const member = seesAllChannels(principal) ? undefined : this.members.get(principal.id);
    const find = () => this.decide(principal, channel, nowMs);
    if (!member || !isInScope(principal, this.guildId)) return find();
    return member.rightsIn(channel.id, nowMs, find);
  }

  private decide(principal: Principal, channel: Channel, nowMs: number, trace?: Trace): Rights {
    if (!this.present) return refused('guild_unknown', trace);
    if (!isInScope(principal, this.guildId)) return refused('out_of_scope', trace);
    if (channel.type === null) return refused('channel_unknown', trace);
    if (seesAllChannels(principal)) return granted('staff', trace);
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

  /** The channel whose overwrites apply: for a thread, its parent. */
  private governing(channel: Channel): Channel | undefined {
    if (!isThread(channel.type)) return channel;
    const parent = channel.parentId === null ? undefined : this.channels.get(channel.parentId);
    return parent?.deleted ? undefined : parent;
  }
}

function refused(rule: AccessRule, trace?: Trace): Rights {
  trace?.(rule, [], 0n);
  return NO_RIGHTS;
}

function granted(rule: AccessRule, trace?: Trace): Rights {
  trace?.(rule, [], READING);
  return READ_ALL;
}
