import type { RelayEvent, Snowflake } from '@discord-relay/contracts';
import fc from 'fast-check';
import { parkFollowers } from '../commit/park-followers.js';
import { type Decoded, decodeEntry, payloadText } from '../commit/decode-entry.js';
import { parkingKeys } from '../fold/index.js';
import { BatchStore, type Lease, LeaseStore, ParkedTransaction } from '../store/index.js';
import { anyEvent } from '../testing/any-event.js';
import { channel, event, GUILD, guild, id, role, thread, VOICE_FLAGS } from '../testing/events.js';
import { modelRows, tableRows } from '../testing/projection-model.js';
import { createTables, type TestTables } from '../testing/tables.js';
import { parkedGroup } from './parked-groups.js';
import { retryParked } from './retry.js';

type Readable = Exclude<Decoded, { kind: 'newer' }>;

interface Happening {
  event: RelayEvent;
  refused: boolean;
}

/** Whether a later event mentions what a list omitted. */
type LeftOut = (later: RelayEvent) => boolean;

/**
 * Whether an event mentions an entity that an earlier parked list omitted. Discord sends no such events: a channel, thread
 * or role that is not listed no longer exists, or is archived, until it is listed again (ADR 13, limits).
 */
function contradictsList(events: readonly Happening[]): boolean {
  const leftOut: LeftOut[] = [];
  return events.some(({ event, refused }) => {
    if (leftOut.some((isLeftOut) => isLeftOut(event))) return true;
    if (refused) leftOut.push(...leftOutBy(event));
    return false;
  });
}

/** A list contains a thread also through its parent. */
function leftOutBy(event: RelayEvent): LeftOut[] {
  switch (event.type) {
    case 'guild.synced': {
      const { channelIds, roleIds } = event.data;
      const isListed = (ids: Snowflake[]) => ids.some((id) => channelIds?.includes(id) ?? true);
      return [
        (later) => isSpokenOf(later, (ids) => !isListed(ids)),
        (later) => later.type === 'role.updated' && roleIds !== undefined && !roleIds.includes(later.data.id),
      ];
    }
    case 'thread.list_synced': {
      const { threadIds } = event.data;
      return [(later) => later.type === 'channel.pins_updated' && !threadIds.includes(later.data.channelId)];
    }
    default:
      return [];
  }
}

/** Whether the event concerns a channel with such ids, its own and its parent's, and is not itself a listing. */
function isSpokenOf({ type, data }: RelayEvent, isSuch: (ids: Snowflake[]) => boolean): boolean {
  switch (type) {
    case 'room.updated':
    case 'room.status_updated':
      return isSuch([data.id]);
    case 'channel.pins_updated':
      return isSuch([data.channelId]);
    case 'thread.updated':
      return isSuch(data.parentId ? [data.id, data.parentId] : [data.id]);
    default:
      return false;
  }
}

const history = fc
  .array(fc.record({ event: anyEvent, refused: fc.boolean() }), { minLength: 2, maxLength: 30 })
  .filter((events) => !contradictsList(events));

describe('retrying parked events', () => {
  let tables: TestTables;
  let store: BatchStore;
  let leases: LeaseStore;
  beforeAll(async () => {
    tables = await createTables();
    store = new BatchStore(tables.database, 10_000);
    leases = new LeaseStore(tables.database, 'a', 10_000);
  });
  afterAll(() => tables.close());

  it('a retry produces the rows of a single pass, whatever was parked and in whatever order it is retried', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (events, choices) => {
        await tables.clear();
        await project(events);
        await retryAll(choices);
        const { changes: _told, ...rows } = await tableRows(tables.database);
        const { changes: _all, ...expected } = modelRows(events.map(({ event }) => event));
        expect(rows).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  const inRoom = { guildId: GUILD, channelId: id(300), userId: id(7), state: VOICE_FLAGS };
  const lists = { channelIds: [], roleIds: [], voiceUserIds: [] };
  const emptied = event('guild.synced', { ...guild(GUILD), ...lists });
  const listed = event('guild.synced', { ...guild(GUILD, [id(200), id(400)]), roleIds: [id(1)] });
  it.each<[string, RelayEvent, RelayEvent[]]>([
    ['a voice state', event('voice.updated', inRoom), [event('guild.left', { id: GUILD }), emptied]],
    ['a channel', event('channel.synced', channel(200)), [emptied, listed]],
    ['a role', event('role.synced', role(1)), [emptied, listed]],
    [
      'a thread',
      event('thread.synced', thread(400)),
      [event('thread.list_synced', { guildId: GUILD, channelIds: null, threadIds: [] }), emptied, listed],
    ],
  ])('a retry of a parked list keeps %s that was described again', async (_what, described, parked) => {
    const events = [described, ...parked, described].map((event) => ({
      event,
      refused: parked.includes(event),
    }));
    await tables.clear();
    await project(events);
    await retryAll([0, 0, 0].values());
    const { changes: _told, ...rows } = await tableRows(tables.database);
    const { changes: _all, ...expected } = modelRows(events.map(({ event }) => event));
    expect(rows).toEqual(expected);
  });

  const claim = async (): Promise<Lease> => (await leases.claim(0))!;

  async function project(events: { event: RelayEvent; refused: boolean }[]): Promise<void> {
    const lease = await claim();
    const items = events.map(({ event, refused }, i): Readable => {
      const data = new TextEncoder().encode(JSON.stringify(event));
      const entry = { seq: i + 1, subject: 's', data, sizeBytes: 0, storedAtMs: 0, pending: 0 };
      if (refused) return { kind: 'poison', entry, event, code: '22000', message: 'refused' };
      return decodeEntry(entry) as Readable;
    });
    const { decoded } = parkFollowers(items, new Set());
    await store.commit(lease, {
      events: decoded.flatMap((item) =>
        item.kind === 'event' ? [{ seq: item.entry.seq, ops: item.ops }] : [],
      ),
      parked: decoded.flatMap((item) => (item.kind === 'poison' ? [parkedRow(item)] : [])),
      lastSeq: events.length + 1,
      lastStoredAt: null,
      streamCreatedAt: 'now',
    });
  }

  async function retryAll(choices: Iterator<number>): Promise<void> {
    for (let left = 1; left > 0;) {
      left = await ParkedTransaction.run(tables.database, await claim(), async (parked) => {
        const keys = await parked.keys();
        if (keys.length === 0) return 0;
        const { seq } = keys[(choices.next().value as number) % keys.length]!;
        const together = parkedGroup(keys, seq);
        expect(await retryParked(parked, together, seq)).toMatchObject({ kept: 0 });
        return keys.length - together.length;
      });
    }
  }
});

const parkedRow = ({ entry, event, code, message }: Decoded & { kind: 'poison' }) => ({
  stream_seq: entry.seq,
  partition: 0,
  subject: entry.subject,
  event_id: event.id,
  keys: parkingKeys(event),
  code,
  message,
  payload: payloadText(entry),
});
