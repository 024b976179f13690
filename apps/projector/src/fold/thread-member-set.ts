import type { Snowflake } from '@discord-relay/contracts';

export interface ThreadMemberRow {
  thread_id: Snowflake;
  user_id: Snowflake;
}

/** Who is in which thread as a batch leaves it, without reading who is there: the last word on each counts. */
export class ThreadMemberSet {
  private readonly known = new Map<Snowflake, Map<Snowflake, boolean>>();
  private readonly cleared = new Set<Snowflake>();

  put(threadId: Snowflake, userId: Snowflake, present: boolean): void {
    let users = this.known.get(threadId);
    if (!users) this.known.set(threadId, (users = new Map<Snowflake, boolean>()));
    users.set(userId, present);
  }

  clear(threadId: Snowflake): void {
    this.cleared.add(threadId);
    this.known.delete(threadId);
  }

  /** Threads that lose everyone they had before the batch. */
  get clearedThreads(): Snowflake[] {
    return [...this.cleared];
  }

  get added(): ThreadMemberRow[] {
    return this.rows(true);
  }

  get removed(): ThreadMemberRow[] {
    return this.rows(false);
  }

  private rows(wanted: boolean): ThreadMemberRow[] {
    return [...this.known].flatMap(([thread_id, users]) =>
      [...users].filter(([, present]) => present === wanted).map(([user_id]) => ({ thread_id, user_id })),
    );
  }
}
