import { ChannelType } from 'discord-api-types/v10';
import type { ChannelOrThread, ChannelRecord, ThreadRecord, ThreadType } from '../model/records.js';
import { snowflakeTimeMs, type Snowflake } from '../model/snowflakes.js';
import { WorldError } from '../model/world-error.js';
import type { WorldContext } from '../model/world-context.js';
import type { NewMessage } from '../model/world-types.js';

export interface NewThread {
  name: string;
  ownerId: Snowflake;
  /** The message of the parent channel at which it starts; the thread has the same id. */
  messageId?: Snowflake;
  type?: ThreadType;
  autoArchiveMinutes?: ThreadRecord['autoArchiveMinutes'];
  invitable?: boolean;
  /** Tags of a forum post. */
  appliedTagIds?: Snowflake[];
}
export type ThreadPatch = Partial<
  Pick<
    ThreadRecord,
    'name' | 'archived' | 'locked' | 'invitable' | 'autoArchiveMinutes' | 'rateLimitPerUser' | 'appliedTagIds'
  >
>;

/** Threads of text and announcement channels. Their messages are stored like those of any channel. */
export class Threads {
  private readonly threads = new Map<Snowflake, ThreadRecord>();

  constructor(private readonly world: WorldContext) {}

  all(): Iterable<ThreadRecord> {
    return this.threads.values();
  }

  find(id: Snowflake): ThreadRecord | undefined {
    return this.threads.get(id);
  }

  /** @throws WorldError UNKNOWN_CHANNEL */
  get(id: Snowflake): ThreadRecord {
    const thread = this.threads.get(id);
    if (thread) return thread;
    throw new WorldError('UNKNOWN_CHANNEL', `no thread ${id}`);
  }

  active(guildId: Snowflake): ThreadRecord[] {
    return [...this.threads.values()].filter((thread) => thread.guildId === guildId && !thread.archived);
  }

  ofChannel(channelId: Snowflake): ThreadRecord[] {
    return [...this.threads.values()].filter(({ parentId }) => parentId === channelId);
  }

  create(parentId: Snowflake, input: NewThread): ThreadRecord {
    const parent = this.world.openThreadParent(parentId);
    requireTags(parent, input.appliedTagIds);
    const type = input.type ?? threadTypeIn(parent);
    const started = input.messageId === undefined ? null : this.world.message(parentId, input.messageId);
    if (started && this.threads.has(started.id))
      throw new WorldError('THREAD_EXISTS', `message ${started.id} has a thread`);
    const nowMs = Math.floor(this.world.nowMs());
    const thread: ThreadRecord = {
      id: started?.id ?? this.world.newId(),
      guildId: parent.guildId,
      parentId,
      type,
      name: input.name,
      ownerId: input.ownerId,
      archived: false,
      locked: false,
      invitable: type === ChannelType.PrivateThread ? (input.invitable ?? true) : null,
      archiveAtMs: nowMs,
      createdAtMs: nowMs,
      autoArchiveMinutes: input.autoArchiveMinutes ?? 4320,
      rateLimitPerUser: 0,
      members: [{ id: this.world.user(input.ownerId).id, joinedAtMs: nowMs }],
      sentCount: 0,
      lastMessageId: null,
      ...(parent.type === ChannelType.GuildForum ? { appliedTagIds: input.appliedTagIds ?? [] } : {}),
    };
    this.threads.set(thread.id, thread);
    this.world.emit({ kind: 'thread.created', thread });
    if (started) this.world.emit({ kind: 'message.updated', message: started, channel: parent });
    this.world.system.threadStarted(thread);
    return thread;
  }

  /** Creates a forum post: a thread whose first message has its id. @throws WorldError NOT_A_FORUM */
  createPost(forumId: Snowflake, input: NewThread, first: Omit<NewMessage, 'authorId'>): ThreadRecord {
    const forum = this.world.channel(forumId);
    if (forum.type !== ChannelType.GuildForum)
      throw new WorldError('NOT_A_FORUM', `channel ${forumId} is not a forum`);
    const post = this.create(forumId, { ...input, type: ChannelType.PublicThread });
    forum.lastMessageId = post.id;
    this.world.createMessage(post.id, { ...first, authorId: input.ownerId, id: post.id });
    return post;
  }

  update(id: Snowflake, patch: ThreadPatch): ThreadRecord {
    const thread = this.get(id);
    requireTags(this.world.channel(thread.parentId), patch.appliedTagIds);
    const isTurned = patch.archived !== undefined && patch.archived !== thread.archived;
    Object.assign(thread, patch, isTurned ? { archiveAtMs: Math.floor(this.world.nowMs()) } : {});
    this.world.emit({ kind: 'thread.updated', thread, isReopened: isTurned && !thread.archived });
    return thread;
  }

  /**
   * Archives the threads without a message within their auto-archive duration.
   * @param minuteMs the length of one of its minutes, in milliseconds.
   */
  archiveIdle(minuteMs: number): void {
    const nowMs = this.world.nowMs();
    for (const thread of this.threads.values()) {
      const saidMs = thread.lastMessageId === null ? 0 : snowflakeTimeMs(thread.lastMessageId);
      const idleMs = nowMs - Math.max(saidMs, thread.archiveAtMs);
      if (!thread.archived && idleMs >= thread.autoArchiveMinutes * minuteMs)
        this.update(thread.id, { archived: true });
    }
  }

  delete(id: Snowflake): void {
    const thread = this.get(id);
    this.remove(id);
    this.world.emit({ kind: 'thread.deleted', thread });
  }

  /** @returns whether the user was not in it yet. */
  join(id: Snowflake, userId: Snowflake): boolean {
    const thread = this.get(id);
    this.world.members.get(thread.guildId, userId);
    if (thread.members.some((member) => member.id === userId)) return false;
    thread.members = [...thread.members, { id: userId, joinedAtMs: Math.floor(this.world.nowMs()) }];
    this.world.emit({ kind: 'thread.member_added', thread, userId });
    return true;
  }

  /** @returns whether the user was in it. */
  leave(id: Snowflake, userId: Snowflake): boolean {
    const thread = this.get(id);
    const stay = thread.members.filter((member) => member.id !== userId);
    if (stay.length === thread.members.length) return false;
    thread.members = stay;
    this.world.emit({ kind: 'thread.member_removed', thread, userId });
    return true;
  }

  /** Removes a user from every thread of a guild, without facts, because the fact is that they left the guild. */
  removeMember(guildId: Snowflake, userId: Snowflake): void {
    for (const thread of this.threads.values()) {
      if (thread.guildId === guildId) thread.members = thread.members.filter(({ id }) => id !== userId);
    }
  }

  /** Writing in a thread unarchives it and adds the author to it. @throws WorldError when it is locked. */
  addAuthor(place: ChannelOrThread, authorId: Snowflake): void {
    const thread = this.threads.get(place.id);
    if (!thread) return;
    if (thread.archived && thread.locked)
      throw new WorldError('THREAD_ARCHIVED', `thread ${thread.id} is archived and locked`);
    if (thread.archived) this.update(thread.id, { archived: false });
    if (this.world.members.find(thread.guildId, authorId)) this.join(thread.id, authorId);
    thread.sentCount += 1;
  }

  /** Restores a thread from a state file, without a fact. */
  restore(thread: ThreadRecord): void {
    this.threads.set(thread.id, thread);
  }

  /** Removes a thread without a fact. */
  remove(id: Snowflake): void {
    this.threads.delete(id);
    this.world.removeHistory(id);
  }
}

function threadTypeIn(parent: ChannelRecord): ThreadType {
  return parent.type === ChannelType.GuildAnnouncement
    ? ChannelType.AnnouncementThread
    : ChannelType.PublicThread;
}

/** @throws WorldError UNKNOWN_TAG */
function requireTags({ id, availableTags = [] }: ChannelRecord, tagIds: readonly Snowflake[] = []): void {
  const unknown = tagIds.find((tagId) => !availableTags.some((tag) => tag.id === tagId));
  if (unknown !== undefined) throw new WorldError('UNKNOWN_TAG', `channel ${id} has no tag ${unknown}`);
}
