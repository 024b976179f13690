import type { RelayEvent, Snowflake } from '@discord-relay/contracts';

/** User -> channel. */
export type ChannelByUser = ReadonlyMap<Snowflake, Snowflake>;

/** Tracks the room of each user, because Discord sends where a user is, but not where they were. */
export class VoiceChannelTracker {
  private readonly guilds = new Map<Snowflake, Map<Snowflake, Snowflake>>();

  /** The room a user was last seen in; null if none is known. */
  readonly channelOf = (guildId: Snowflake, userId: Snowflake): Snowflake | null =>
    this.guilds.get(guildId)?.get(userId) ?? null;

  usersIn(guildId: Snowflake): ChannelByUser {
    return this.guilds.get(guildId) ?? new Map<Snowflake, Snowflake>();
  }

  /** Restores a guild's state from a stored copy. */
  restore(guildId: Snowflake, rooms: ChannelByUser): void {
    this.guilds.set(guildId, new Map(rooms));
  }

  /** Applies an event. Returns false if the event does not concern rooms. */
  apply(event: RelayEvent): boolean {
    const { type, data, guildid } = event;
    if (type === 'guild.synced') this.keepOnly(guildid, data.voiceUserIds);
    else if (type === 'guild.left') this.guilds.delete(guildid);
    else if (type === 'voice.joined' || type === 'voice.moved')
      this.usersOf(guildid).set(data.userId, data.channelId);
    else if (type === 'voice.left') this.usersOf(guildid).delete(data.userId);
    else return false;
    return true;
  }

  /** A list that is absent or unreadable does not reveal who has left a room. */
  private keepOnly(guildId: Snowflake, userIds: readonly Snowflake[] | undefined): void {
    const users = this.guilds.get(guildId);
    if (!users || !userIds) return;
    const listed = new Set(userIds);
    for (const userId of users.keys()) if (!listed.has(userId)) users.delete(userId);
  }

  private usersOf(guildId: Snowflake): Map<Snowflake, Snowflake> {
    let users = this.guilds.get(guildId);
    if (!users) this.guilds.set(guildId, (users = new Map<Snowflake, Snowflake>()));
    return users;
  }
}

/** A position in a shard's dispatches. */
export interface DispatchPosition {
  sessionId: string;
  sequence: number;
}

/**
 * The rooms of one shard's guilds twice: as last seen, and as they were at the sequence that is safe in the log. Only
 * the latter may be stored with that sequence: dispatches that Discord repeats after it then meet the same state as the
 * first time.
 */
export class ShardVoiceTracker {
  /** Guilds whose safe state is not stored yet. */
  readonly dirty = new Set<Snowflake>();
  private readonly latest = new VoiceChannelTracker();
  private readonly safe = new VoiceChannelTracker();
  private unsafe: RelayEvent[] = [];

  /** The room a user was last seen in; null if none is known. */
  readonly channelOf = this.latest.channelOf;

  apply(event: RelayEvent): void {
    if (this.latest.apply(event)) this.unsafe.push(event);
  }

  /** Marks everything up to this position, and all earlier sessions, as safe in the log. */
  markSafe({ sessionId, sequence }: DispatchPosition): void {
    const open: RelayEvent[] = [];
    for (const event of this.unsafe) {
      if (event.sessionid === sessionId && event.discordseq > sequence) open.push(event);
      else if (this.safe.apply(event)) this.dirty.add(event.guildid);
    }
    this.unsafe = open;
  }

  /** The rooms of the guild's users at the last safe position. */
  safeChannels(guildId: Snowflake): ChannelByUser {
    return this.safe.usersIn(guildId);
  }

  restore(guildId: Snowflake, rooms: ChannelByUser): void {
    this.latest.restore(guildId, rooms);
    this.safe.restore(guildId, rooms);
  }
}
