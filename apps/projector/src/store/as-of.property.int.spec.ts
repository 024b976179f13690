import type { ImportedMessage, RelayEvent } from '@discord-relay/contracts';
import { messagesAsOf, pollCountsAsOf, reactionsAsOf, rowsAsOf } from '@discord-relay/read-model';
import fc from 'fast-check';
import { fold } from '../fold/index.js';
import { anyEvent, channelOf } from '../testing/any-event.js';
import { created, edited, event, GUILD, id, message, user } from '../testing/events.js';
import { linesOf, modelRows, type Rows, SELECTS, sorted } from '../testing/projection-model.js';
import { createTables, type TestTables } from '../testing/tables.js';
import { BatchStore } from './batch-store.js';
import { LeaseStore } from './lease-store.js';

/** Events, some of them repeated, and how they are divided into batches. */
const historyOf = (events: fc.Arbitrary<RelayEvent>) =>
  fc.record({
    events: fc
      .array(events, { minLength: 1, maxLength: 30 })
      .chain((list) =>
        fc
          .array(fc.nat(list.length - 1), { maxLength: 10 })
          .map((repeats) => [...list, ...repeats.map((i) => list[i]!)]),
      ),
    cuts: fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
  });

/** What happens to messages that are never deleted, so that their former states are compared in most runs. */
const keptNumber = fc.constantFrom(5, 6);
const keptEvent: fc.Arbitrary<RelayEvent> = fc.oneof(
  keptNumber.map((n) => created(n, { ...channelOf(n), createdAt: '2015-01-01T00:00:00.000Z' })),
  fc
    .tuple(keptNumber, fc.constantFrom('01', '02', '03'))
    .map(([n, minute]) => edited(n, `edit ${minute}`, `2025-01-01T00:${minute}:00.000Z`, channelOf(n))),
  fc
    .tuple(keptNumber, fc.boolean())
    .map(([n, pinned]) => event('message.updated', { id: id(n), ...channelOf(n), guildId: GUILD, pinned })),
  fc
    .tuple(keptNumber, fc.constantFrom('reaction.added' as const, 'reaction.removed' as const))
    .map(([n, type]) => {
      const emoji = { id: null, name: 'a', animated: false };
      const on = { messageId: id(n), ...channelOf(n), guildId: GUILD };
      return event(type, { ...on, userId: id(7), emoji, burst: false });
    }),
);
const anyOrKeptEvent = fc.oneof({ weight: 3, arbitrary: anyEvent }, { weight: 2, arbitrary: keptEvent });

/** An export of one of the messages that the other events are about. */
const importEvent: fc.Arbitrary<RelayEvent> = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.uniqueArray(fc.constantFrom(id(7), id(8))), fc.boolean())
  .map(([n, userIds, isEdited]) => {
    const emoji = { id: null, name: 'a', animated: false };
    const edit = isEdited ? { editedAt: '2026-01-01T00:01:00.000Z', content: 'edited' } : {};
    const fields = { content: 'exported', author: user(id(7)), ...edit, ...channelOf(n) };
    const reactions = [{ emoji, count: userIds.length, burstCount: 0, userIds }];
    const data: ImportedMessage = { ...message(n, fields), reactions, exportedAt: null };
    return event('message.imported', data, { source: 'discord-import' });
  });

const mixedEvent = fc.oneof({ weight: 1, arbitrary: importEvent }, { weight: 4, arbitrary: anyOrKeptEvent });

/** Deleted messages of which something else is left. */
const KEPT_OF_DELETED = `
  SELECT m.id FROM messages m WHERE m.deleted_at IS NOT NULL AND m.id IN (
    SELECT message_id FROM message_versions UNION ALL SELECT message_id FROM past_reactions
    UNION ALL SELECT message_id FROM poll_count_versions)`;

const PLACES = ['guilds', 'channels', 'roles', 'members', 'voice_states'] as const;

const NOT_DELETED = 'created_seq <= $1 AND deleted_at IS NULL';

/** What each read of an earlier state returns, in the form of the model. */
const READS: Record<string, string> = {
  ...Object.fromEntries(
    PLACES.map((table) => [
      table,
      `SELECT ${SELECTS[table]} FROM (${rowsAsOf(table, '$1', 'true')}) AS earlier
       ${table === 'voice_states' ? 'WHERE channel_id IS NOT NULL' : ''}`,
    ]),
  ),
  messages: `SELECT ${SELECTS.messages}
    FROM (${messagesAsOf('$1', `SELECT id FROM messages WHERE ${NOT_DELETED}`)}) AS earlier`,
  tombstones: 'SELECT id FROM messages WHERE created_seq <= $1 AND deleted_at IS NOT NULL AND seq > $1',
  reactions: `SELECT m.id, r.emoji_key, r.user_id, r.burst
    FROM messages m CROSS JOIN LATERAL (${reactionsAsOf('$1', 'm.id')}) r WHERE m.${NOT_DELETED}`,
  poll_counts: `SELECT m.id, p.answer_id, p.votes
    FROM messages m CROSS JOIN LATERAL (${pollCountsAsOf('$1', 'm.id')}) p WHERE m.${NOT_DELETED}`,
};

/** The same from the model, of the events up to then; `later` is the model of all events. */
function expectedRows(events: RelayEvent[], later: Rows): Rows {
  const then = modelRows(events);
  const [shown, deleted] = [messagesIn(then), messagesIn(later, true)];
  const isShown = (row: string) => shown.has(idOf(row)) && !deleted.has(idOf(row));
  return sorted({
    ...Object.fromEntries(PLACES.map((table) => [table, then[table]!])),
    messages: then.messages!.filter(isShown),
    tombstones: [...shown].filter((id) => deleted.has(id)),
    reactions: then.reactions!.filter(isShown),
    poll_counts: then.poll_counts!.filter(isShown).map((row) => row.split(' ').slice(0, 3).join(' ')),
  });
}

const idOf = (row: string): string => row.split(' ', 1)[0]!;

/** Ids of the messages whose creation was seen, except deleted ones; or of the deleted ones. */
function messagesIn({ messages }: Rows, areDeleted = false): Set<string> {
  const flags = areDeleted ? /(true|false) true \d+ \S+ \S+$/ : / false false \d+ \S+ \S+$/;
  return new Set(messages!.filter((row) => flags.test(row)).map(idOf));
}

describe('the projection as of an earlier sequence', () => {
  let tables: TestTables;
  let prefixTables: TestTables;
  beforeAll(async () => {
    [tables, prefixTables] = await Promise.all([createTables(), createTables()]);
  });
  afterAll(() => Promise.all([tables.close(), prefixTables.close()]));

  it('the projection as of any sequence equals a projection of the log up to it, and of deleted messages nothing is kept', async () => {
    await fc.assert(
      fc.asyncProperty(historyOf(anyOrKeptEvent), async ({ events, cuts }) => {
        await project(tables, events, cuts);
        const later = modelRows(events);
        expect(await linesOf(tables.database, KEPT_OF_DELETED)).toEqual([]);
        for (let seq = 0; seq <= events.length; seq++)
          expect({ seq, ...(await rowsAt(tables, seq)) }).toEqual({
            seq,
            ...expectedRows(events.slice(0, seq), later),
          });
      }),
      { numRuns: 30 },
    );
  }, 300_000);

  it('the projection as of a sequence before an import equals a projection of the log up to it', async () => {
    await fc.assert(
      fc.asyncProperty(historyOf(mixedEvent), fc.nat(40), async ({ events, cuts }, at) => {
        const seq = Math.min(at, events.length);
        await project(tables, events, cuts);
        await project(prefixTables, events.slice(0, seq), cuts);
        const deleted = new Set(
          await linesOf(tables.database, 'SELECT id FROM messages WHERE deleted_at IS NOT NULL'),
        );
        const expected = withoutDeleted(await rowsAt(prefixTables, seq), deleted);
        expect(await rowsAt(tables, seq)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  }, 300_000);

  async function project(
    { database, clear }: TestTables,
    events: RelayEvent[],
    cuts: Iterator<number>,
  ): Promise<void> {
    await clear();
    const lease = (await new LeaseStore(database, 'a', 10_000).claim(0))!;
    const store = new BatchStore(database, 10_000);
    while (lease.seq < events.length) {
      const slice = events.slice(lease.seq, lease.seq + (cuts.next().value as number));
      await store.commit(lease, {
        events: slice.map((each, i) => ({ seq: lease.seq + i + 1, ops: fold(each) })),
        parked: [],
        lastSeq: lease.seq + slice.length,
        lastStoredAt: null,
        streamCreatedAt: 'now',
      });
    }
  }

  async function rowsAt({ database }: TestTables, seq: number): Promise<Rows> {
    const rows: Rows = {};
    for (const [name, text] of Object.entries(READS)) rows[name] = await linesOf(database, text, [seq]);
    return sorted(rows);
  }
});

/** The rows of a shorter log, of which these messages were deleted later. */
function withoutDeleted(rows: Rows, deleted: ReadonlySet<string>): Rows {
  const isKept = (row: string) => !deleted.has(idOf(row));
  return {
    ...rows,
    messages: rows.messages!.filter(isKept),
    reactions: rows.reactions!.filter(isKept),
    poll_counts: rows.poll_counts!.filter(isKept),
    tombstones: rows.messages!.map(idOf).filter((messageId) => !isKept(messageId)),
  };
}
