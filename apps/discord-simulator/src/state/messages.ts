import type { MessageRecord } from './records.js';
import type { Snowflake } from './snowflakes.js';
import type { WorldCore } from './world-core.js';
import type { MessagePatch, NewMessage } from './world-types.js';

/** What is said in channels and threads. The histories that hold it are the world's. */
export class Messages {
  constructor(private readonly world: WorldCore) {}

  create(channelId: Snowflake, { attachments = [], ...wanted }: NewMessage): MessageRecord {
    const { world } = this;
    const channel = world.openTextChannel(channelId);
    world.user(wanted.authorId);
    world.threads.welcome(channel, wanted.authorId);
    const atMs = Math.floor(world.nowMs());
    const files = attachments.map((each) => ({ ...each, id: world.newId() }));
    const message: MessageRecord = {
      replyToId: null,
      tts: false,
      nonce: null,
      embeds: [],
      ...wanted,
      ...(files.length > 0 ? { attachments: files } : {}),
      id: world.newId(),
      channelId,
      atMs,
      editedAtMs: null,
    };
    channel.lastMessageId = message.id;
    world.history(channelId).put(message);
    world.emit({ kind: 'message.created', message, channel });
    return message;
  }

  edit(channelId: Snowflake, id: Snowflake, patch: MessagePatch): MessageRecord {
    const { world } = this;
    const channel = world.openTextChannel(channelId);
    const message = { ...world.message(channelId, id), ...patch, editedAtMs: Math.floor(world.nowMs()) };
    world.history(channelId).put(message);
    world.emit({ kind: 'message.updated', message, channel });
    return message;
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
}
