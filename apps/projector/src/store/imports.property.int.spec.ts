import type { ImportedMessage, RelayEvent } from '@discord-relay/contracts';
import fc from 'fast-check';
import { fold } from '../fold/index.js';
import { created, deleted, edited, event, GUILD, id, message, user } from '../testing/events.js';
import { createTables, type TestTables } from '../testing/tables.js';
import { BatchStore } from './batch-store.js';
import { LeaseStore } from './lease-store.js';

const MINUTES = ['00', '01', '02', '03'].map((minute) => `2025-01-01T00:${minute}:00.000Z`);
/** The creation time that the ids of these messages contain. */
const createdAt = '2015-01-01T00:00:00.000Z';
const number = fc.integer({ min: 1, max: 3 });
const minute = fc.constantFrom(...MINUTES);
const userId = fc.constantFrom(id(7), id(8), id(9));
const emoji = fc.constantFrom('a', 'b').map((name) => ({ id: null, name, animated: false }));
const on = (n: number) => ({ messageId: id(n), channelId: id(200), guildId: GUILD });

/** What Discord sends. */
const observedEvent: fc.Arbitrary<RelayEvent> = fc.oneof(
  number.map((n) => created(n, { createdAt, content: `observed ${n}` })),
  fc
    .tuple(number, minute)
    .map(([n, at]) => created(n, { createdAt, content: `observed ${at}`, editedAt: at })),
  fc.tuple(number, minute).map(([n, at]) => edited(n, `edit ${at}`, at)),
  fc
    .tuple(number, fc.boolean())
    .map(([n, pinned]) =>
      event('message.updated', { id: id(n), channelId: id(200), guildId: GUILD, pinned, editedAt: null }),
    ),
  number.map((n) => deleted(n)),
  fc
    .tuple(number, userId, emoji, fc.constantFrom('reaction.added' as const, 'reaction.removed' as const))
    .map(([n, userId, emoji, type]) => event(type, { ...on(n), userId, emoji, burst: false })),
  fc.tuple(number, fc.option(emoji)).map(([n, emoji]) => event('reaction.cleared', { ...on(n), emoji })),
  fc.tuple(number, userId, emoji).map(([n, userId, emoji]) => {
    const counts = [{ emoji, count: 1, burstCount: 0, userIds: [userId] }];
    return event('reaction.counted', { ...on(n), counts });
  }),
);

/** Exports of a message: the time of the edit determines the content. */
const importEvent: fc.Arbitrary<RelayEvent> = fc
  .tuple(number, fc.option(minute), fc.uniqueArray(userId), emoji)
  .map(([n, editedAt, userIds, emoji]) => {
    const content = `imported ${editedAt ?? 'unchanged'}`;
    const reactions = [{ emoji, count: userIds.length, burstCount: 0, userIds }];
    const fields = { createdAt, editedAt, content, author: user(id(7)), pinned: true };
    const data: ImportedMessage = { ...message(n, fields), reactions, exportedAt: null };
    return event('message.imported', data, { source: 'discord-import' });
  });

const MAX_OBSERVED = 20;
/** Events in their order; each import with the number of events before it. */
const history = fc.record({
  observed: fc.array(observedEvent, { maxLength: MAX_OBSERVED }),
  imports: fc.array(fc.tuple(importEvent, fc.nat(MAX_OBSERVED)), { minLength: 1, maxLength: 6 }),
  cuts: fc.infiniteStream(fc.integer({ min: 1, max: 6 })),
});

interface Tables {
  /** `state` null: deleted. */
  messages: { id: string; observed: boolean; state: unknown }[];
  reactions: { message_id: string }[];
  reaction_counts: object[];
}

const SELECTS: Record<keyof Tables, string> = {
  messages: `SELECT id, deleted_at IS NOT NULL OR (imported IS NULL AND NOT partial) AS observed,
    CASE WHEN deleted_at IS NULL THEN jsonb_build_array(content, edited_at, pinned, author, partial) END AS state
    FROM messages ORDER BY id`,
  reactions: `SELECT message_id, emoji_key, user_id, imported FROM reactions ORDER BY 1, 2, 3`,
  reaction_counts: 'SELECT message_id, emoji_key, count FROM reaction_counts ORDER BY 1, 2',
};

describe('imports', () => {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await createTables();
  });
  afterAll(() => tables.close());

  async function tablesAfter(events: readonly RelayEvent[], cuts: Iterator<number>): Promise<Tables> {
    await tables.clear();
    const leases = new LeaseStore(tables.database, 'a', 10_000);
    const store = new BatchStore(tables.database, 10_000);
    for (let lease = (await leases.claim(0))!; lease.seq < events.length; lease = (await leases.claim(0))!) {
      const slice = events.slice(lease.seq, lease.seq + (cuts.next().value as number));
      await store.commit(lease, {
        events: slice.map((each, i) => ({ seq: lease.seq + i + 1, ops: fold(each) })),
        parked: [],
        lastSeq: lease.seq + slice.length,
        lastStoredAt: null,
        streamCreatedAt: 'now',
      });
    }
    const read = (text: string) => tables.database.query<object>(text);
    const [messages, reactions, reaction_counts] = await Promise.all(Object.values(SELECTS).map(read));
    return { messages, reactions, reaction_counts } as Tables;
  }

  it('an import has the same effect wherever it is in the log, and none on what was observed', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ observed, imports, cuts }) => {
        const importsAt = (n: number) => imports.filter(([, at]) => Math.min(at, observed.length) === n);
        const mixed = [...observed, null].flatMap((each, i) => [
          ...importsAt(i).map(([e]) => e),
          ...(each ? [each] : []),
        ]);
        const found = await tablesAfter(mixed, cuts);
        expect(found).toEqual(await tablesAfter([...imports.map(([each]) => each), ...observed], cuts));
        expect(observedIn(found)).toEqual(observedIn(await tablesAfter(observed, cuts)));
      }),
      { numRuns: 20 },
    );
  }, 300_000);
});

/** The messages whose creation or deletion was observed, with their reactions. */
function observedIn({ messages, reactions }: Tables): object[] {
  const observed = messages.filter((each) => each.observed);
  const ids = new Set(observed.map((each) => each.id));
  return [...observed, ...reactions.filter((each) => ids.has(each.message_id))];
}
