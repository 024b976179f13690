import type { RelayEvent } from '@discord-relay/contracts';
import fc from 'fast-check';
import { fold } from '../fold/index.js';
import { created, deleted, edited, event, GUILD, id } from '../testing/events.js';
import type { Fault } from '../testing/faulty-database.js';
import { createTables, type TestTables } from '../testing/tables.js';
import { type Batch, BatchStore } from './batch-store.js';
import { type Lease, LeaseStore } from './lease-store.js';

type Crash = Fault | 'new_owner' | null;

const MINUTES = ['00', '01', '02', '03'].map((minute) => `2025-01-01T00:${minute}:00.000Z`);
const messageId = fc.integer({ min: 1, max: 4 });
const channelOf = (n: number) => ({ channelId: id(200 + (n % 2)) });

const anyEvent: fc.Arbitrary<RelayEvent> = fc.oneof(
  messageId.map((n) => created(n, channelOf(n))),
  fc
    .tuple(messageId, fc.constantFrom(...MINUTES))
    .map(([n, at]) => created(n, { ...channelOf(n), content: `history ${at}`, editedAt: at })),
  fc
    .tuple(messageId, fc.constantFrom(...MINUTES))
    .map(([n, at]) => edited(n, `edit ${at}`, at, channelOf(n))),
  messageId.map((n) =>
    event('message.updated', { id: id(n), ...channelOf(n), guildId: GUILD, embeds: [{ n }] }),
  ),
  messageId.map((n) => deleted(n, channelOf(n))),
  fc.uniqueArray(messageId, { minLength: 1 }).map((ns) => {
    const ids = ns.filter((n) => n % 2 === ns[0]! % 2).map((n) => id(n));
    return event('message.bulk_deleted', { ids, ...channelOf(ns[0]!), guildId: GUILD });
  }),
  reactionEvent(),
);

function reactionEvent(): fc.Arbitrary<RelayEvent> {
  const on = (n: number) => ({ messageId: id(n), ...channelOf(n), guildId: GUILD });
  const userId = fc.constantFrom(id(7), id(8));
  const emoji = fc.constantFrom('a', 'b').map((name) => ({ id: null, name, animated: false }));
  const one = fc.tuple(messageId, userId, emoji, fc.boolean());
  return fc.oneof(
    one.map(([n, userId, emoji, burst]) => event('reaction.added', { ...on(n), userId, emoji, burst })),
    one.map(([n, userId, emoji, burst]) => event('reaction.removed', { ...on(n), userId, emoji, burst })),
    fc.tuple(messageId, fc.option(emoji)).map(([n, emoji]) => event('reaction.cleared', { ...on(n), emoji })),
    fc.tuple(messageId, userId, emoji).map(([n, userId, emoji]) => {
      const counts = [{ emoji, count: 1, burstCount: 0, userIds: [userId] }];
      return event('reaction.counted', { ...on(n), counts });
    }),
  );
}

/** Events, some of them several times, and how they are cut into batches and interrupted. */
const history = fc.record({
  events: fc
    .array(anyEvent, { minLength: 1, maxLength: 30 })
    .chain((events) =>
      fc
        .array(fc.nat(events.length - 1), { maxLength: 15 })
        .map((repeats) => [...events, ...repeats.map((i) => events[i]!)]),
    ),
  cuts: fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
  crashes: fc.infiniteStream(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<Crash>(null) },
      {
        weight: 2,
        arbitrary: fc.constantFrom<Crash>('before_commit', 'answer_lost', 'new_owner'),
      },
    ),
  ),
});

interface Known {
  content: string | null;
  embeds: number;
  editedAt: string;
  created: boolean;
  deleted: boolean;
}

/** What the rows and changes have to be, the slow and obvious way: one event after the other, in memory. */
class Model {
  readonly messages = new Map<string, Known>();
  readonly changes: string[] = [];
  reactions = new Set<string>();

  take(event: RelayEvent, seq: number): void {
    if (event.type === 'message.created') {
      const { content, editedAt } = event.data;
      this.see(event.data.id, 'message', seq, { content, editedAt: editedAt ?? '' });
    } else if (event.type === 'message.updated') {
      const { content, editedAt, embeds } = event.data;
      this.see(event.data.id, 'message_update', seq, {
        content,
        editedAt: editedAt ?? undefined,
        embeds: embeds?.length,
      });
    } else if (event.type === 'message.deleted') this.remove([event.data.id], seq);
    else if (event.type === 'message.bulk_deleted') this.remove(event.data.ids, seq);
    this.react(event);
  }

  private react(event: RelayEvent): void {
    const without = (prefix: string) =>
      new Set([...this.reactions].filter((each) => !each.startsWith(prefix)));
    if (event.type === 'message.deleted') this.reactions = without(`${event.data.id} `);
    if (event.type === 'message.bulk_deleted')
      for (const id of event.data.ids) this.reactions = without(`${id} `);
    if (!event.type.startsWith('reaction.')) return;
    const { messageId } = event.data as { messageId: string };
    if (event.type === 'reaction.cleared') {
      const { emoji } = event.data;
      this.reactions = without(emoji ? `${messageId} ${emoji.name} ` : `${messageId} `);
    }
    if (event.type === 'reaction.counted') this.reactions = without(`${messageId} `);
    if (this.messages.get(messageId)?.deleted) return;
    if (event.type === 'reaction.counted')
      for (const { emoji, userIds } of event.data.counts)
        this.reactions.add(`${messageId} ${emoji.name} ${userIds[0]} false`);
    if (event.type !== 'reaction.added' && event.type !== 'reaction.removed') return;
    const key = `${messageId} ${event.data.emoji.name} ${event.data.userId} ${event.data.burst}`;
    if (event.type === 'reaction.added') this.reactions.add(key);
    else this.reactions.delete(key);
  }

  private see(
    id: string,
    kind: string,
    seq: number,
    news: { content?: string; editedAt?: string; embeds?: number },
  ) {
    const old = this.messages.get(id);
    const now = old ?? { content: null, embeds: -1, editedAt: '', created: false, deleted: false };
    if (now.deleted) return;
    const isCreation = kind === 'message';
    const firstCreation = isCreation && !now.created;
    const newer = news.editedAt !== undefined && news.editedAt > now.editedAt;
    const older = news.editedAt !== undefined && news.editedAt < now.editedAt;
    const takes = isCreation ? newer || !old : !older;
    const next = { ...now, created: now.created || isCreation };
    if (takes) {
      next.content = news.content ?? now.content;
      next.editedAt = news.editedAt ?? now.editedAt;
      next.embeds = isCreation ? 0 : (news.embeds ?? now.embeds);
    } else if (firstCreation) {
      next.content = now.content ?? news.content ?? null;
      next.embeds = now.embeds === -1 ? 0 : now.embeds;
    }
    if (old && JSON.stringify(next) === JSON.stringify(now)) return;
    this.messages.set(id, next);
    this.changes.push(`${firstCreation ? 'message' : 'message_update'} ${seq}`);
  }

  private remove(ids: string[], seq: number): void {
    const there = ids.filter((id) => !this.messages.get(id)?.deleted);
    for (const id of there) {
      const created = this.messages.get(id)?.created ?? false;
      const editedAt = this.messages.get(id)?.editedAt ?? '';
      this.messages.set(id, { content: null, embeds: -1, editedAt, created, deleted: true });
    }
    if (there.length > 0) this.changes.push(`message_delete ${seq}`);
  }
}

describe('projection', () => {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await createTables();
  });
  afterAll(() => tables.close());

  it('is what the events say, however they are cut into batches and whenever a process dies', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ events, cuts, crashes }) => {
        await tables.clear();
        await project(events, cuts, crashes);
        await expectModel(events);
        await expectChains();
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  /** Consumes like a partition's loop: after any failure it claims anew and reads on from the checkpoint. */
  async function project(
    events: RelayEvent[],
    cuts: Iterator<number>,
    crashes: Iterator<Crash>,
  ): Promise<void> {
    const leases = new LeaseStore(tables.database, 'a', 10_000);
    const store = new BatchStore(tables.database, 10_000);
    let lease = (await leases.claim(0))!;
    while (lease.seq < events.length) {
      const size = cuts.next().value as number;
      const crash = crashes.next().value as Crash;
      if (crash === 'new_owner') await leases.claim(0);
      else tables.database.nextFault = crash;
      try {
        await store.commit(lease, batchAfter(lease, events, size));
      } catch (error) {
        if (crash === null) throw error;
        lease = (await leases.claim(0))!;
      }
    }
  }

  function batchAfter(lease: Lease, events: RelayEvent[], size: number): Batch {
    const slice = events.slice(lease.seq, lease.seq + size);
    return {
      events: slice.map((each, i) => ({ seq: lease.seq + i + 1, changes: fold(each) })),
      parked: [],
      lastSeq: lease.seq + slice.length,
      streamCreatedAt: 'now',
    };
  }

  async function expectModel(events: RelayEvent[]): Promise<void> {
    const model = new Model();
    events.forEach((each, i) => model.take(each, i + 1));
    const rows = await tables.database.query<Record<string, unknown>>(
      `SELECT id, content, coalesce(jsonb_array_length(embeds), -1) AS embeds, edited_at,
              partial, deleted_at IS NOT NULL AS deleted FROM messages`,
    );
    const actual = rows.map(({ id, content, embeds, edited_at, partial, deleted }) => {
      const editedAt = (edited_at as Date | null)?.toISOString() ?? '';
      return [id, { content, embeds, editedAt, deleted, created: !partial }];
    });
    expect(new Map(actual as [string, Known][])).toEqual(model.messages);
    const changes = await tables.database.query<{ line: string }>(
      `SELECT kind || ' ' || seq AS line FROM changes ORDER BY seq`,
    );
    expect(changes.map(({ line }) => line)).toEqual(model.changes);
    const reactions = await tables.database.query<{ line: string }>(
      `SELECT concat_ws(' ', message_id, emoji_key, user_id, burst::text) AS line FROM reactions`,
    );
    expect(reactions.map(({ line }) => line).sort()).toEqual([...model.reactions].sort());
  }

  async function expectChains(): Promise<void> {
    const broken = await tables.database.query(
      `SELECT feed, seq FROM (
         SELECT *, lag(seq, 1, 0::bigint) OVER (PARTITION BY feed ORDER BY seq) AS feed_before,
                   lag(seq, 1, 0::bigint) OVER (PARTITION BY guild_id ORDER BY seq) AS guild_before FROM changes
       ) AS chained WHERE prev <> feed_before OR guild_prev <> guild_before`,
    );
    expect(broken).toEqual([]);
    const heads = await tables.database.query(
      `SELECT feed, max(seq) AS seq FROM (
         SELECT feed, seq FROM changes UNION ALL SELECT 'a:' || guild_id, seq FROM changes
       ) AS every GROUP BY feed EXCEPT SELECT feed, seq FROM feed_heads`,
    );
    expect(heads).toEqual([]);
  }
});
