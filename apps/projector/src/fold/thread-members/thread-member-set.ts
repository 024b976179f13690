import type { Snowflake } from '@discord-relay/contracts';
import { memberKey } from '../shared/ids.js';
import type { RowWrite } from '../shared/row-write.js';
import type { ChannelRow, MemberRow } from '../shared/rows.js';
import { threadMemberWrites } from './writes.js';

export interface ThreadMemberRow {
  thread_id: Snowflake;
  user_id: Snowflake;
}

type MemberKeys = Pick<MemberRow, 'guild_id' | 'user_id'>;

interface Thread {
  guildId: Snowflake;
  users: Map<Snowflake, boolean>;
}

/**
 * The changes of thread memberships in a batch, computed without reading the earlier ones: the last event of each user
 * counts.
 */
export class ThreadMemberSet {
  private readonly known = new Map<Snowflake, Thread>();
  private readonly cleared = new Set<Snowflake>();
  private readonly left = new Map<string, MemberKeys>();

  put(
    { id, guild_id: guildId }: Pick<ChannelRow, 'id' | 'guild_id'>,
    userId: Snowflake,
    present: boolean,
  ): void {
    const thread = this.known.get(id) ?? { guildId, users: new Map<Snowflake, boolean>() };
    this.known.set(id, thread);
    thread.users.set(userId, present);
  }

  /** A user who leaves the guild is in none of its threads, even after coming back. */
  leave({ guild_id, user_id }: MemberKeys): void {
    this.left.set(memberKey(guild_id, user_id), { guild_id, user_id });
    for (const { guildId, users } of this.known.values())
      if (guildId === guild_id && users.has(user_id)) users.set(user_id, false);
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
    return this.rows(true);
  }

  get removed(): ThreadMemberRow[] {
    return this.rows(false);
  }

  private rows(exist: boolean): ThreadMemberRow[] {
    return [...this.known].flatMap(([thread_id, { users }]) =>
      [...users].filter(([, present]) => present === exist).map(([user_id]) => ({ thread_id, user_id })),
    );
  }
}
