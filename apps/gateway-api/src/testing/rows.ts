import { type Change, channelFeed, type Snowflake } from '@discord-relay/contracts';

export const GUILD = '1' as Snowflake;
export const CHANNELS = ['2', '3'] as Snowflake[];

/** The changes of one guild at `seqs`, in the channels that `channelOf` returns. */
export function chain(seqs: readonly number[], channelOf: (index: number) => Snowflake = () => CHANNELS[0]!) {
  const heads = new Map<Snowflake, number>();
  return seqs.map((seq, i): Change => {
    const channelId = channelOf(i);
    const prev = heads.get(channelId) ?? 0;
    heads.set(channelId, seq);
    const body = {
      id: String(seq) as Snowflake,
      content: '',
      author: { id: '9' as Snowflake, username: '' },
      timestamp: '2026-01-01T00:00:00.000Z',
      editedTimestamp: null,
      pinned: false,
      revision: 0,
      channelId,
      serverId: GUILD,
    };
    const feed = channelFeed(channelId);
    return { guildId: GUILD, channelId, feed, seq, prev, guildPrev: seqs[i - 1] ?? 0, kind: 'message', body };
  });
}

/** The committed rows of one guild: what a projector has written so far, less what retention has removed. */
export class Rows {
  committed: Change[] = [];
  head = 0;
  reads = 0;

  commit(...changes: Change[]): void {
    this.committed.push(...changes);
    this.head = changes.at(-1)?.seq ?? this.head;
  }

  feedHead(feed: string): number {
    return this.committed.findLast((change) => change.feed === feed)?.seq ?? 0;
  }

  load(): Promise<number> {
    return this.readHead();
  }

  async loadSuccessor(): Promise<{ seq: number; adopt: () => void }> {
    return { seq: await this.readHead(), adopt: () => undefined };
  }

  readHead(): Promise<number> {
    return Promise.resolve(this.head);
  }

  readTail(seq: number, limit: number): Promise<{ head: number; changes: Change[] }> {
    this.reads += 1;
    const changes = this.committed.filter((change) => change.seq > seq).slice(0, limit);
    return Promise.resolve({ head: this.head, changes });
  }
}
