import { AppError, type ErrorCode, type Snowflake } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import type { GuildAccess } from '../access/guild-access.js';
import type { Principal } from '../access/principal.js';
import type { ReadModelDatabase } from '../database/read-model.database.js';
import type { FeedHub, GuildSubscription } from '../live/chain/feed-hub.js';
import type { AccessWatcher } from '../live/chain/subscribed-guild.js';
import { findChannel } from '../read/channels.query.js';

interface Asked {
  channelId?: Snowflake;
  guildId?: Snowflake;
}

/** Watches the rights that a replay needs as a whole: to the history of its channel, or to its guild. */
export class ReplayAccess implements AccessWatcher {
  private subscription: GuildSubscription | undefined;
  private lost: ((code: ErrorCode) => void) | undefined;

  private constructor(
    readonly guildId: Snowflake,
    /** null: the whole guild. */
    readonly channelId: Snowflake | null,
    private readonly currentPrincipal: () => Principal,
  ) {}

  /** @throws AppError `CHANNEL.NOT_FOUND`, `CHANNEL.HISTORY_FORBIDDEN`, `GUILD.NOT_FOUND` */
  static async open(
    hub: FeedHub,
    database: ReadModelDatabase,
    principal: () => Principal,
    { channelId, guildId }: Asked,
  ): Promise<ReplayAccess> {
    const channel = channelId && (await findChannel(database, channelId));
    if (channelId && !channel) throw new AppError('CHANNEL.NOT_FOUND');
    const access = new ReplayAccess(channel ? channel.guildId : guildId!, channelId ?? null, principal);
    await access.subscribe(hub);
    return access;
  }

  get principal(): Principal {
    return this.currentPrincipal();
  }

  /** Calls back once, when the rights are lost. */
  onLost(lost: (code: ErrorCode) => void): void {
    this.lost = lost;
    // They may have been lost since they were checked.
    this.check();
  }

  /** The rights of the guild as of the last delivered change. */
  get current(): GuildAccess {
    return this.subscription!.access;
  }

  /** The principal has changed. */
  check(): void {
    this.accessChanged(this.subscription!.access);
  }

  accessChanged(access: GuildAccess): number {
    const { lost } = this;
    if (!lost || !this.refusal(access)) return 0;
    this.lost = undefined;
    lost(this.channelId === null ? 'GUILD.NOT_FOUND' : 'CHANNEL.ACCESS_LOST');
    return 1;
  }

  release(): void {
    this.subscription?.release();
  }

  private async subscribe(hub: FeedHub): Promise<void> {
    const subscription = (this.subscription = hub.subscribe(this.guildId, this));
    try {
      await subscription.ready();
      // The rights may just have been granted.
      if (this.refusal(subscription.access)) await subscription.catchUp();
      const refusal = this.refusal(subscription.access);
      if (refusal) throw new AppError(refusal);
    } catch (error) {
      subscription.release();
      throw error;
    }
  }

  private refusal(access: GuildAccess): ErrorCode | undefined {
    if (this.channelId === null) return access.seesGuild(this.principal) ? undefined : 'GUILD.NOT_FOUND';
    const { read, history } = access.rights(this.principal, this.channelId, wallClockMs());
    if (!read) return 'CHANNEL.NOT_FOUND';
    return history ? undefined : 'CHANNEL.HISTORY_FORBIDDEN';
  }
}
