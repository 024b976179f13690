import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { Fact } from '../../state/model/facts.js';
import { channelPermissions, guildPermissions } from '../../state/people/permissions.js';
import type { ChannelRecord, ChannelOrThread, ThreadRecord } from '../../state/model/records.js';
import type { Snowflake } from '../../state/model/snowflakes.js';
import type { World } from '../../state/world.js';

/** Whether the bot receives a fact, and the channels that become visible to it. */
export interface FactVisibility {
  isDispatched: boolean;
  gained: Snowflake[];
}

const NOTHING_GAINED: Snowflake[] = [];

/**
 * What the bot may see, according to its permissions. The set of hidden channels is cached, because nearly every fact only
 * needs that.
 */
export class Visibility {
  private readonly hidden = new Map<Snowflake, Set<Snowflake>>();

  constructor(private readonly world: World) {
    for (const id of world.guilds.keys()) this.refresh(id);
  }

  /** Call it exactly once for every fact, in order. */
  apply(fact: Fact): FactVisibility {
    const guildId = this.changedBy(fact);
    if (guildId === null) return { isDispatched: this.announces(fact), gained: NOTHING_GAINED };
    const isNew = fact.kind === 'channel.created';
    const wasSeen = !isNew && (!('channel' in fact) || this.sees(fact.channel));
    const gained = this.refresh(guildId);
    // True also for a channel that was visible only before: no separate dispatch reports that the bot lost it.
    const isDispatched = wasSeen || ('channel' in fact && this.sees(fact.channel));
    return { isDispatched, gained: isNew ? NOTHING_GAINED : gained };
  }

  /** A channel, or a thread in it. */
  sees(place: ChannelOrThread): boolean {
    return 'archived' in place ? this.seesThread(place) : !this.isHidden(place);
  }

  /** Private threads are visible to their members and to users who manage threads. */
  seesThread(thread: ThreadRecord): boolean {
    const parent = this.world.channels.get(thread.parentId);
    if (!parent || this.isHidden(parent)) return false;
    if (thread.type !== ChannelType.PrivateThread || this.isIn(thread)) return true;
    return this.may(parent, P.ManageThreads);
  }

  /** The private thread that becomes visible because the fact adds the bot to it; otherwise null. */
  shownBy(fact: Fact): ThreadRecord | null {
    if (fact.kind !== 'thread.member_added' || fact.userId !== this.world.bot.id) return null;
    const { thread } = fact;
    return thread.type === ChannelType.PrivateThread && !this.may(thread, P.ManageThreads) ? thread : null;
  }

  private announces(fact: Fact): boolean {
    switch (fact.kind) {
      case 'thread.member_removed':
        return this.seesThread(fact.thread) || fact.userId === this.world.bot.id;
      case 'invite.created':
      case 'invite.deleted': {
        const channel = this.world.channels.get(fact.invite.channelId);
        return channel !== undefined && this.may(channel, P.ManageChannels);
      }
      case 'ban.added':
      case 'ban.removed':
        return this.mayInGuild(fact.guildId, P.BanMembers | P.ViewAuditLog);
      case 'audit.logged':
        return this.mayInGuild(fact.entry.guildId, P.ViewAuditLog);
      default:
        if ('thread' in fact) return this.seesThread(fact.thread);
        return !('channel' in fact) || this.sees(fact.channel);
    }
  }

  /** The guild whose channels a fact may show or hide. */
  private changedBy(fact: Fact): Snowflake | null {
    switch (fact.kind) {
      case 'guild.created':
      case 'guild.updated':
      case 'guild.available':
      case 'role.updated':
      case 'role.deleted':
        return fact.guild.id;
      case 'channel.created':
      case 'channel.updated':
      case 'channel.deleted':
        return fact.channel.guildId;
      case 'member.updated':
        return fact.member.userId === this.world.bot.id ? fact.member.guildId : null;
      default:
        return null;
    }
  }

  /** @returns the channels that were hidden and no longer are. */
  private refresh(guildId: Snowflake): Snowflake[] {
    const before = this.hidden.get(guildId);
    const channels = this.world.channelsOf(guildId);
    const now = new Set(channels.filter((each) => !this.may(each, P.ViewChannel)).map(({ id }) => id));
    this.hidden.set(guildId, now);
    if (!before?.size) return NOTHING_GAINED;
    return channels.map(({ id }) => id).filter((id) => before.has(id) && !now.has(id));
  }

  private isHidden({ id, guildId }: ChannelRecord): boolean {
    return this.hidden.get(guildId)?.has(id) ?? false;
  }

  private isIn(thread: ThreadRecord): boolean {
    return thread.members.some(({ id }) => id === this.world.bot.id);
  }

  private may(place: ChannelOrThread, bits: bigint): boolean {
    return (channelPermissions(this.world, place, this.world.bot.id) & bits) !== 0n;
  }

  private mayInGuild(guildId: Snowflake, bits: bigint): boolean {
    return (guildPermissions(this.world, this.world.guild(guildId), this.world.bot.id) & bits) !== 0n;
  }
}
