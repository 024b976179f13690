import type { AccessChange, Snowflake } from '@discord-relay/contracts';
import { type AccessEffect, NO_EFFECT } from './access-effect.js';
import { CachedMember, type MemberChange } from './cached-member.js';
import type { ChannelFacts, GuildFacts, MemberFacts } from './guild-facts.js';
import { bitsOf, type GuildRules, type Overwrites, overwritesOf } from './permissions.js';

export interface Channel extends Omit<ChannelFacts, 'overwrites'> {
  overwrites: Overwrites | null;
}

type ChangeOf<O extends AccessChange['of']> = Extract<AccessChange, { of: O }>;

interface PendingChange {
  change: MemberChange;
  seq: number;
}

/**
 * The state that determines access rights in one guild, kept up to date by changes. Changes of unknown members are dropped, so
 * call {@link expectMember} before reading a member.
 */
export abstract class GuildState {
  readonly guildId: string;
  protected present: boolean;
  private newest: number;
  private readonly roles: Map<string, bigint | null>;
  protected readonly rules: GuildRules;
  protected readonly channels = new Map<string, Channel>();
  protected readonly members = new Map<string, CachedMember>();
  private readonly expected = new Map<string, PendingChange[]>();

  constructor(facts: GuildFacts) {
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

  knowsMember(userId: string): boolean {
    return this.members.has(userId);
  }

  /** Keeps the changes of this member from now on, for {@link putMember} to apply. */
  expectMember(userId: string): void {
    if (!this.members.has(userId) && !this.expected.has(userId)) this.expected.set(userId, []);
  }

  /** Adds a member. `seq`: the guild's head when the member was read; kept changes after it are applied. */
  putMember(facts: MemberFacts, seq: number): void {
    const known = this.members.get(facts.userId);
    if (known && !known.isOlderThan(seq)) return;
    const member = new CachedMember(facts, seq);
    for (const later of this.expected.get(facts.userId) ?? []) member.apply(later.change, later.seq);
    this.expected.delete(facts.userId);
    this.members.set(facts.userId, member);
  }

  /** Copies an unknown member from the previous state; both states are at the same change. */
  inheritMember(userId: string, from: GuildState): void {
    const member = from.members.get(userId);
    if (!member || this.members.has(userId)) return;
    member.invalidate();
    this.members.set(userId, member);
  }

  /** Removes a member whose rights are no longer needed. */
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

  /** Drops cached rights that a change affects. */
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
        // The projector does the same: nobody is added to a deleted thread.
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
}

const EVERYONE: AccessEffect = { ...NO_EFFECT, everyone: true };

const combined = (a: AccessEffect, b: AccessEffect): AccessEffect => ({
  everyone: a.everyone || b.everyone,
  users: new Set([...a.users, ...b.users]),
  channels: new Set([...a.channels, ...b.channels]),
});
