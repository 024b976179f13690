import type { EmojiRecord, MessageRecord, ReactionRecord } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { WorldContext } from '../model/world-context.js';

/** The user, the message and the emoji of a reaction. */
export interface ReactionPlace {
  channelId: Snowflake;
  messageId: Snowflake;
  userId: Snowflake;
  emoji: EmojiRecord;
}

/** What identifies an emoji: `name:id` of a custom one, otherwise the character itself. */
export function emojiKey({ id, name }: EmojiRecord): string {
  return id === null ? (name ?? '') : `${name ?? ''}:${id}`;
}

/** Reactions to messages; they are part of the message's record and are deleted with it. */
export class Reactions {
  constructor(private readonly world: WorldContext) {}

  /** @returns whether it is new; a user reacts once with an emoji. */
  add({ channelId, messageId, userId, emoji }: ReactionPlace, burst = false): boolean {
    const channel = this.world.openTextChannel(channelId);
    this.world.user(userId);
    const message = this.world.message(channelId, messageId);
    const known = reactionOf(message, emoji);
    if (known?.users.some((user) => user.id === userId)) return false;
    const grown = { emoji: known?.emoji ?? emoji, users: [...(known?.users ?? []), { id: userId, burst }] };
    const changed = this.put(message, known, grown);
    this.world.emit({
      kind: 'reaction.added',
      message: changed,
      channel,
      userId,
      emoji: grown.emoji,
      burst,
    });
    return true;
  }

  /** @returns whether there was one. */
  remove({ channelId, messageId, userId, emoji }: ReactionPlace): boolean {
    const channel = this.world.openTextChannel(channelId);
    const message = this.world.message(channelId, messageId);
    const known = reactionOf(message, emoji);
    const theirs = known?.users.find((user) => user.id === userId);
    if (!known || !theirs) return false;
    const shrunk = { emoji: known.emoji, users: known.users.filter((user) => user !== theirs) };
    const changed = this.put(message, known, shrunk);
    const { burst } = theirs;
    this.world.emit({
      kind: 'reaction.removed',
      message: changed,
      channel,
      userId,
      emoji: known.emoji,
      burst,
    });
    return true;
  }

  /** Removes all reactions, or those with one emoji, from a message. @returns whether there were any. */
  clear(channelId: Snowflake, messageId: Snowflake, emoji: EmojiRecord | null = null): boolean {
    const channel = this.world.openTextChannel(channelId);
    const message = this.world.message(channelId, messageId);
    const kept = (message.reactions ?? []).filter(
      (reaction) => emoji !== null && emojiKey(reaction.emoji) !== emojiKey(emoji),
    );
    if (kept.length === (message.reactions ?? []).length) return false;
    const changed = { ...message, reactions: kept };
    this.world.history(channelId).put(changed);
    this.world.emit({ kind: 'reaction.cleared', message: changed, channel, emoji });
    return true;
  }

  has({ channelId, messageId, userId, emoji }: ReactionPlace): boolean {
    const message = this.world.message(channelId, messageId);
    return reactionOf(message, emoji)?.users.some((user) => user.id === userId) ?? false;
  }

  private put(
    message: MessageRecord,
    known: ReactionRecord | undefined,
    next: ReactionRecord,
  ): MessageRecord {
    const before = message.reactions ?? [];
    const replaced = known ? before.map((each) => (each === known ? next : each)) : [...before, next];
    const changed = { ...message, reactions: replaced.filter(({ users }) => users.length > 0) };
    this.world.history(message.channelId).put(changed);
    return changed;
  }
}

/** The reaction of a message with an emoji; an animated copy has the same key. */
export function reactionOf(message: MessageRecord, emoji: EmojiRecord): ReactionRecord | undefined {
  return message.reactions?.find(
    (each) => each.emoji.id === emoji.id && (emoji.id !== null || each.emoji.name === emoji.name),
  );
}
