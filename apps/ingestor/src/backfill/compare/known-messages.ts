import { createHash } from 'node:crypto';
import {
  compareSnowflakes,
  emojiKey,
  type EmojiKey,
  type MessagePatch,
  type ReactionCount,
  type Recovered,
  type RelayEvent,
  type Snowflake,
} from '@discord-relay/contracts';

/** The parts of a message that are compared with history; an absent key is unknown. */
export interface MessageFingerprint {
  content?: string;
  editedAt?: string | null;
  pinned?: boolean;
  embeds?: number;
  attachments?: string;
}

export interface KnownMessage {
  /** False when only changes of the message were seen, but not its creation. */
  created: boolean;
  deleted: boolean;
  fingerprint: MessageFingerprint;
  /** {@link reactionKey} -> users. */
  reactions: Map<string, Set<Snowflake>>;
  /** The last change by live traffic, in ticks of {@link KnownMessages.liveTicks}; 0: none since the comparison started. */
  changedAtTick: number;
}

const NOTHING_RECOVERED: Readonly<Recovered> = {
  messages: 0,
  edits: 0,
  deletions: 0,
  reactions: 0,
  threads: 0,
};

const digest = (text: string): string => createHash('sha1').update(text).digest('base64').slice(0, 16);

export const reactionKey = (emoji: EmojiKey, burst: boolean): string => `${emojiKey(emoji)}/${Number(burst)}`;

/** Only the number of embeds is compared, because Discord resolves their content differently each time. */
export function fingerprintOf(patch: MessagePatch): MessageFingerprint {
  const { content, editedAt, pinned, embeds, attachments } = patch;
  return {
    ...(content !== undefined && { content: digest(content) }),
    ...(editedAt !== undefined && { editedAt }),
    ...(pinned !== undefined && { pinned }),
    ...(embeds !== undefined && { embeds: embeds.length }),
    ...(attachments !== undefined && { attachments: attachments.map(({ id }) => id).join() }),
  };
}

/** A short form of a fingerprint, for event ids. */
export const fingerprintDigest = (look: MessageFingerprint): string =>
  digest(JSON.stringify(Object.entries(look).sort()));

/**
 * The messages of one guild according to the log, kept up to date with live traffic. It also counts what backfill has written to
 * the log since the guild's last gap was closed, so that these numbers survive a crash.
 */
export class KnownMessages {
  private readonly channels = new Map<string, Map<Snowflake, KnownMessage>>();
  /** Whether older messages were dropped, because only the newest are compared. */
  pruned = false;
  private ticks = 0;
  private counted: Recovered = { ...NOTHING_RECOVERED };

  get liveTicks(): number {
    return this.ticks;
  }

  get recovered(): Readonly<Recovered> {
    return this.counted;
  }

  find(channelId: string, id: Snowflake): KnownMessage | undefined {
    return this.channels.get(channelId)?.get(id);
  }

  /** Ids of a channel's existing messages, oldest first. */
  idsOf(channelId: string): Snowflake[] {
    const known = [...(this.channels.get(channelId) ?? [])];
    return known
      .filter(([, { created, deleted }]) => created && !deleted)
      .map(([id]) => id)
      .sort(compareSnowflakes);
  }

  changedLiveSince(channelId: string, id: Snowflake, mark: number): boolean {
    return (this.find(channelId, id)?.changedAtTick ?? 0) > mark;
  }

  /** Keeps the newest `keep` messages of each channel, and all that are newer than `bound`. */
  prune(keep: number, bound: Snowflake): void {
    for (const messages of this.channels.values()) {
      if (messages.size <= keep) continue;
      const old = [...messages.keys()].filter((id) => compareSnowflakes(id, bound) <= 0);
      const surplus = Math.min(old.length, messages.size - keep);
      for (const id of old.sort(compareSnowflakes).slice(0, surplus)) messages.delete(id);
      if (surplus > 0) this.pruned = true;
    }
  }

  /** Applies an event of the log, of live traffic or of backfill itself. A repeated event changes only the figures. */
  apply(event: RelayEvent, live = false): void {
    if (live) this.ticks++;
    const touched = live ? this.ticks : 0;
    this.count(event);
    switch (event.type) {
      case 'message.created':
        return this.create(event.data, touched);
      case 'message.updated':
        return this.update(event.data, touched);
      case 'message.deleted':
        return this.delete(event.data.channelId, event.data.id, touched);
      case 'message.bulk_deleted':
        for (const id of event.data.ids) this.delete(event.data.channelId, id, touched);
        return;
      case 'reaction.added':
      case 'reaction.removed': {
        const { channelId, messageId, userId, emoji, burst } = event.data;
        const key = reactionKey(emoji, burst);
        return this.react(this.findOrCreate(channelId, messageId, touched), key, userId, event.type);
      }
      case 'reaction.cleared': {
        const { channelId, messageId, emoji } = event.data;
        return clear(this.findOrCreate(channelId, messageId, touched), emoji);
      }
      case 'reaction.counted': {
        const { channelId, messageId, counts } = event.data;
        this.findOrCreate(channelId, messageId, touched).reactions = setsOf(counts);
        return;
      }
      default:
    }
  }

  private count(event: RelayEvent): void {
    if (event.type === 'gap.closed') this.counted = { ...NOTHING_RECOVERED };
    if (event.source !== 'discord-backfill') return;
    if (event.type === 'message.created') this.counted.messages++;
    if (event.type === 'message.updated') this.counted.edits++;
    if (event.type === 'message.deleted') this.counted.deletions++;
    if (event.type === 'reaction.counted') this.counted.reactions++;
    if (event.type === 'thread.synced') this.counted.threads++;
  }

  private create(data: MessagePatch, touched: number): void {
    const message = this.findOrCreate(data.channelId, data.id, touched);
    // Changes that were seen before the creation are newer than its content.
    message.fingerprint = message.created
      ? message.fingerprint
      : { ...fingerprintOf(data), ...message.fingerprint };
    message.created = true;
  }

  private update(data: MessagePatch, touched: number): void {
    const message = this.findOrCreate(data.channelId, data.id, touched);
    message.fingerprint = { ...message.fingerprint, ...fingerprintOf(data) };
  }

  private delete(channelId: string, id: Snowflake, touched: number): void {
    const message = this.findOrCreate(channelId, id, touched);
    message.deleted = true;
    message.reactions.clear();
  }

  private react({ reactions }: KnownMessage, key: string, userId: Snowflake, type: string): void {
    const users = reactions.get(key) ?? new Set();
    if (type === 'reaction.added') users.add(userId);
    else users.delete(userId);
    reactions.set(key, users);
  }

  private findOrCreate(channelId: string, id: Snowflake, touched: number): KnownMessage {
    let messages = this.channels.get(channelId);
    if (!messages) this.channels.set(channelId, (messages = new Map()));
    let message = messages.get(id);
    if (!message) {
      message = {
        created: false,
        deleted: false,
        fingerprint: {},
        reactions: new Map(),
        changedAtTick: touched,
      };
      messages.set(id, message);
    }
    message.changedAtTick = Math.max(message.changedAtTick, touched);
    return message;
  }
}

function clear({ reactions }: KnownMessage, emoji: EmojiKey | null): void {
  if (emoji === null) return reactions.clear();
  reactions.delete(reactionKey(emoji, false));
  reactions.delete(reactionKey(emoji, true));
}

function setsOf(counts: readonly ReactionCount[]): Map<string, Set<Snowflake>> {
  const sets = new Map<string, Set<Snowflake>>();
  for (const { emoji, userIds, burstUserIds = [] } of counts) {
    sets.set(reactionKey(emoji, false), new Set(userIds));
    sets.set(reactionKey(emoji, true), new Set(burstUserIds));
  }
  return sets;
}
