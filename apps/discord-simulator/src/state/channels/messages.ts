import type { AttachmentRecord, MessageRecord } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { WorldContext } from '../model/world-context.js';
import type { MessagePatch, NewMessage } from '../model/world-types.js';

/** The messages of channels and threads. The world has the histories that store them. */
export class Messages {
  constructor(private readonly world: WorldContext) {}

  create(channelId: Snowflake, input: NewMessage): MessageRecord {
    const { world } = this;
    const channel = world.openTextChannel(channelId);
    if (!isByWebhook(input)) world.user(input.authorId);
    world.threads.addAuthor(channel, input.authorId);
    const message = this.build(channelId, input);
    channel.lastMessageId = message.id;
    world.history(channelId).put(message);
    world.emit({ kind: 'message.created', message, channel });
    return message;
  }

  /** Builds a message without announcing it: ephemeral ones are stored with their interaction. */
  build(
    channelId: Snowflake,
    { attachments = [], stickerIds = [], id, ...input }: NewMessage,
  ): MessageRecord {
    const files = this.withIds(attachments);
    const stickers = this.world.stickers.items(stickerIds);
    return {
      replyToId: null,
      tts: false,
      nonce: null,
      embeds: [],
      ...input,
      ...(files.length > 0 ? { attachments: files } : {}),
      ...(stickers.length > 0 ? { stickers } : {}),
      id: id ?? this.world.newId(),
      channelId,
      atMs: Math.floor(this.world.nowMs()),
      editedAtMs: null,
    };
  }

  edit(channelId: Snowflake, id: Snowflake, patch: MessagePatch): MessageRecord {
    const { world } = this;
    const channel = world.openTextChannel(channelId);
    const message = this.edited(world.message(channelId, id), patch);
    world.history(channelId).put(message);
    world.emit({ kind: 'message.updated', message, channel });
    return message;
  }

  /** The message after an edit. */
  edited(message: MessageRecord, { attachments, ...patch }: MessagePatch): MessageRecord {
    const files = attachments && { attachments: this.withIds(attachments) };
    return { ...message, ...patch, ...files, editedAtMs: Math.floor(this.world.nowMs()) };
  }

  delete(channelId: Snowflake, id: Snowflake): void {
    const channel = this.world.openTextChannel(channelId);
    this.world.message(channelId, id);
    this.world.history(channelId).delete(id);
    this.world.emit({ kind: 'message.deleted', messageId: id, channel });
  }

  /** Deletes those of `ids` that exist, as one fact. @returns the ids that were deleted. */
  bulkDelete(channelId: Snowflake, ids: Iterable<Snowflake>): Snowflake[] {
    const channel = this.world.openTextChannel(channelId);
    const history = this.world.history(channelId);
    const messageIds = [...new Set(ids)].filter((id) => history.delete(id));
    if (messageIds.length > 0) this.world.emit({ kind: 'message.bulk_deleted', messageIds, channel });
    return messageIds;
  }

  /** Deletes what a user wrote in a guild in the last `withinMs`, as one fact for each channel. */
  deleteBy(guildId: Snowflake, userId: Snowflake, withinMs: number): void {
    const { world } = this;
    const sinceMs = world.nowMs() - withinMs;
    for (const { id } of world.textChannelsOf(guildId)) {
      const written = world
        .history(id)
        .all()
        .filter(({ authorId, atMs }) => authorId === userId && atMs >= sinceMs);
      this.bulkDelete(
        id,
        written.map((message) => message.id),
      );
    }
  }

  private withIds(files: (Omit<AttachmentRecord, 'id'> & { id?: Snowflake })[]): AttachmentRecord[] {
    return files.map((each) => ({ ...each, id: each.id ?? this.world.newId() }));
  }
}

/** Responses to interactions are the bot's own messages. */
function isByWebhook({ webhook, authorId }: NewMessage): boolean {
  return webhook?.id === authorId;
}
