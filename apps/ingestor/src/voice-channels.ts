import type { RelayEvent, Snowflake } from '@discord-relay/contracts';

/**
 * Who is in which room, as far as this process has seen: Discord says where a user is, never where it was. A session
 * that was resumed by another process starts with nothing, so there the first move of a user reads as an arrival.
 */
export class VoiceChannels {
  private readonly guilds = new Map<Snowflake, Map<Snowflake, Snowflake>>();

  /** The room a user was last seen in; null when in none that is known. */
  readonly of = (guildId: Snowflake, userId: Snowflake): Snowflake | null =>
    this.guilds.get(guildId)?.get(userId) ?? null;

  /** Takes in what an event says of it. */
  see(event: RelayEvent): void {
    const { type, data, guildid } = event;
    if (type === 'guild.synced' || type === 'guild.left') this.guilds.delete(guildid);
    else if (type === 'voice.joined' || type === 'voice.moved')
      this.usersOf(guildid).set(data.userId, data.channelId);
    else if (type === 'voice.left') this.usersOf(guildid).delete(data.userId);
  }

  private usersOf(guildId: Snowflake): Map<Snowflake, Snowflake> {
    let users = this.guilds.get(guildId);
    if (!users) this.guilds.set(guildId, (users = new Map<Snowflake, Snowflake>()));
    return users;
  }
}
