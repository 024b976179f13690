import { ChannelType, MessageType } from 'discord-api-types/v10';
import type { MessageRecord, ChannelOrThread, ThreadRecord } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { WorldContext } from '../model/world-context.js';

/** Discord's own messages in channels. A guild has them once it names the channel in which joins and boosts are announced. */
export class SystemMessages {
  constructor(private readonly world: WorldContext) {}

  joined(guildId: Snowflake, userId: Snowflake): void {
    this.announceInGuild(guildId, userId, MessageType.UserJoin);
  }

  /** @throws WorldError UNKNOWN_MEMBER */
  boosted(guildId: Snowflake, userId: Snowflake): void {
    this.world.members.get(guildId, userId);
    this.announceInGuild(guildId, userId, MessageType.GuildBoost);
  }

  pinned({ id: channelId, guildId }: ChannelOrThread, messageId: Snowflake, byId: Snowflake): void {
    const system = { type: MessageType.ChannelPinnedMessage, reference: { channelId, messageId } };
    if (this.hasSystemMessages(guildId))
      this.world.createMessage(channelId, { authorId: byId, content: '', system });
  }

  /** Only for a public thread without a message: others are visible at their message, or are private. */
  threadStarted({ id: channelId, guildId, parentId, ownerId: authorId, name, type }: ThreadRecord): void {
    if (!this.hasSystemMessages(guildId) || type === ChannelType.PrivateThread) return;
    if (this.world.channel(parentId).type === ChannelType.GuildForum) return;
    if (this.world.history(parentId).get(channelId)) return;
    const system = { type: MessageType.ThreadCreated, reference: { channelId } };
    this.world.createMessage(parentId, { authorId, content: name, system });
  }

  private announceInGuild(
    guildId: Snowflake,
    authorId: Snowflake,
    type: NonNullable<MessageRecord['system']>['type'],
  ) {
    const { systemChannelId } = this.world.guild(guildId);
    if (systemChannelId && this.hasSystemMessages(guildId))
      this.world.createMessage(systemChannelId, { authorId, content: '', system: { type } });
  }

  private hasSystemMessages(guildId: Snowflake): boolean {
    const { systemChannelId, unavailable } = this.world.guild(guildId);
    return Boolean(systemChannelId) && !unavailable;
  }
}
