import type { MessageRecord, ChannelOrThread } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { WorldContext } from '../model/world-context.js';
import { WorldError } from '../model/world-error.js';

const MAX_PINS = 250;

export type PinnedMessage = MessageRecord & { pinnedAtMs: number };

/** Pinned messages; the pin is part of the message's record and is deleted with it. */
export class Pins {
  constructor(private readonly world: WorldContext) {}

  /** Newest pin first. */
  of(channelId: Snowflake): PinnedMessage[] {
    return this.world
      .history(channelId)
      .all()
      .filter(isPinned)
      .sort((a, b) => b.pinnedAtMs - a.pinnedAtMs);
  }

  /** @returns whether it was not pinned yet. @throws WorldError TOO_MANY_PINS */
  pin(channelId: Snowflake, messageId: Snowflake, byId = this.world.bot.id): boolean {
    const message = this.world.message(channelId, messageId);
    if (isPinned(message)) return false;
    if (this.of(channelId).length >= MAX_PINS)
      throw new WorldError('TOO_MANY_PINS', `channel ${channelId} has ${MAX_PINS} pins`);
    const channel = this.put({ ...message, pinnedAtMs: Math.floor(this.world.nowMs()) });
    this.world.system.pinned(channel, messageId, byId);
    return true;
  }

  /** @returns whether it was pinned. */
  unpin(channelId: Snowflake, messageId: Snowflake): boolean {
    const message = this.world.message(channelId, messageId);
    if (!isPinned(message)) return false;
    const { pinnedAtMs: _gone, ...plain } = message;
    this.put(plain);
    return true;
  }

  private put(message: MessageRecord): ChannelOrThread {
    const channel = this.world.openTextChannel(message.channelId);
    this.world.history(message.channelId).put(message);
    channel.lastPinAtMs = this.of(message.channelId)[0]?.pinnedAtMs ?? null;
    this.world.emit({ kind: 'message.updated', message, channel });
    this.world.emit({ kind: 'channel.pins_updated', channel });
    return channel;
  }
}

function isPinned(message: MessageRecord): message is PinnedMessage {
  return message.pinnedAtMs !== undefined;
}
