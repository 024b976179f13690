import type { RelayEvent, Snowflake } from '@discord-relay/contracts';

/** User -> channel. */
export type ChannelByUser = ReadonlyMap<Snowflake, Snowflake>;

/** Who is in which room: Discord says where a user is, never where it was. */
export class VoiceChannelTracker {
  private readonly guilds = new Map<Snowflake, Map<Snowflake, Snowflake>>();

  /** The room a user was last seen in; null when in none that is known. */
  readonly channelOf = (guildId: Snowflake, userId: Snowflake): Snowflake | null =>
    this.guilds.get(guildId)?.get(userId) ?? null;

  /** Everyone who is in a room of the guild. */
  usersIn(guildId: Snowflake): ChannelByUser {
    return this.guilds.get(guildId) ?? new Map<Snowflake, Snowflake>();
  }

  /** Takes up what is known of a guild from elsewhere. */
  restore(guildId: Snowflake, rooms: ChannelByUser): void {
    this.guilds.set(guildId, new Map(rooms));
  }

  /** Takes in what an event says of it. False when it says nothing. */
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

  /** A list that was not sent or not readable says nothing of who is out. */
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

/** Where in a shard's dispatches something happened. */
export interface DispatchPosition {
  sessionId: string;
  sequence: number;
}

/**
 * The rooms of one shard's guilds twice: as seen, and as they were at the sequence that is safe in the log. Only the
 * latter may be stored beside that sequence: what Discord repeats after it then meets the state it met at first.
 */
export class ShardVoiceTracker {
  /** Guilds of which the safe state is not stored. */
  readonly dirty = new Set<Snowflake>();
  private readonly latest = new VoiceChannelTracker();
  private readonly safe = new VoiceChannelTracker();
  private unsafe: RelayEvent[] = [];

  /** The room a user was last seen in; null when in none that is known. */
  readonly channelOf = this.latest.channelOf;

  apply(event: RelayEvent): void {
    if (this.latest.apply(event)) this.unsafe.push(event);
  }

  /** Tells that everything up to there, and all of the sessions before, is in the log. */
  markSafe({ sessionId, sequence }: DispatchPosition): void {
    const open: RelayEvent[] = [];
    for (const event of this.unsafe) {
      if (event.sessionid === sessionId && event.discordseq > sequence) open.push(event);
      else if (this.safe.apply(event)) this.dirty.add(event.guildid);
    }
    this.unsafe = open;
  }

  /** Who was in which room of the guild at the position that was settled last. */
  safeChannels(guildId: Snowflake): ChannelByUser {
    return this.safe.usersIn(guildId);
  }

  restore(guildId: Snowflake, rooms: ChannelByUser): void {
    this.latest.restore(guildId, rooms);
    this.safe.restore(guildId, rooms);
  }
}
