import type { Snowflake } from '@discord-relay/contracts';
import type { RowOf, THREAD_MEMBERS } from '@discord-relay/read-model/tables';
import { memberKey } from '../shared/ids.js';
import type { RowWrite } from '../shared/row-write.js';
import type { ChannelRow, MemberRow } from '../shared/rows.js';
import { threadMemberWrites } from './writes.js';

type ThreadMemberRow = RowOf<typeof THREAD_MEMBERS>;
type MemberKeys = Pick<MemberRow, 'guild_id' | 'user_id'>;
type ThreadKeys = Pick<ChannelRow, 'id' | 'guild_id'>;

interface Thread {
  guildId: Snowflake;
  users: Map<Snowflake, Membership>;
}

/** A batch's effect on one user in one thread. */
interface Membership {
  /** Whether the batch removed them, perhaps before it added them again. */
  wasRemoved: boolean;
  /** Since when they belong to the thread, unless they did before the batch; null: they do not. */
  since: number | null;
}

/**
 * The changes of thread memberships in a batch, computed without reading the earlier ones: the last event of each user
 * counts.
 */
export class ThreadMemberSet {
  private readonly known = new Map<Snowflake, Thread>();
  private readonly cleared = new Set<Snowflake>();
  private readonly left = new Map<string, MemberKeys>();

  put(ids: ThreadKeys, userId: Snowflake, seq: number): void {
    const { users } = this.threadOf(ids);
    const { wasRemoved = false, since = null } = users.get(userId) ?? {};
    users.set(userId, { wasRemoved, since: since ?? seq });
  }

  remove(ids: ThreadKeys, userId: Snowflake): void {
    this.threadOf(ids).users.set(userId, REMOVED);
  }

  /** A user who leaves the guild is in none of its threads, even after coming back. */
  leave({ guild_id, user_id }: MemberKeys): void {
    this.left.set(memberKey(guild_id, user_id), { guild_id, user_id });
    for (const { guildId, users } of this.known.values())
      if (guildId === guild_id && users.has(user_id)) users.set(user_id, REMOVED);
  }

  clear(threadId: Snowflake): void {
    this.cleared.add(threadId);
    this.known.delete(threadId);
  }

  writes(): RowWrite[] {
    return threadMemberWrites(this);
  }

  /** Threads that lose all members they had before the batch. */
  get clearedThreads(): Snowflake[] {
    return [...this.cleared];
  }

  /** Users who lose all threads of a guild that they were in before the batch. */
  get leavers(): MemberKeys[] {
    return [...this.left.values()];
  }

  get added(): ThreadMemberRow[] {
    return this.memberships(({ since }) => since !== null).map(({ wasRemoved: _, since, ...row }) => ({
      ...row,
      seq: since!,
    }));
  }

  /** Rows from before the batch that do not stay; the user may be added again. */
  get removed(): Omit<ThreadMemberRow, 'seq'>[] {
    return this.memberships(({ wasRemoved }) => wasRemoved).map(({ thread_id, user_id }) => ({
      thread_id,
      user_id,
    }));
  }

  private threadOf({ id, guild_id: guildId }: ThreadKeys): Thread {
    const thread = this.known.get(id) ?? { guildId, users: new Map<Snowflake, Membership>() };
    this.known.set(id, thread);
    return thread;
  }

  private memberships(isMeant: (membership: Membership) => boolean) {
    return [...this.known].flatMap(([thread_id, { users }]) =>
      [...users]
        .filter(([, membership]) => isMeant(membership))
        .map(([user_id, membership]) => ({ thread_id, user_id, ...membership })),
    );
  }
}

const REMOVED: Membership = { wasRemoved: true, since: null };
