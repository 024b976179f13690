import fc from 'fast-check';
import type { Change } from '../changes.js';
import type { Snowflake } from '../snowflake.js';
import { toWireEvents } from './to-wire.js';

const id = (value: number | string) => String(value) as Snowflake;
const deletion = (ids: number[]): Change => ({
  kind: 'message_delete',
  guildId: id(1),
  channelId: id(2),
  feed: 'c:2',
  seq: 10,
  prev: 7,
  guildPrev: 9,
  body: { ids: ids.map(id), channelId: id(2), serverId: id(1) },
});

describe('toWireEvents', () => {
  it('gives a message exactly the fields of the protocol', () => {
    const change: Change = {
      kind: 'message',
      guildId: id(1),
      channelId: id(2),
      feed: 'c:2',
      seq: 10,
      prev: 7,
      guildPrev: 9,
      body: {
        id: id(3),
        content: 'hello',
        author: { id: id(4), username: 'example' },
        timestamp: '2026-01-01T00:00:00.000Z',
        channelId: id(2),
        serverId: id(1),
      },
    };
    expect(toWireEvents(change)).toEqual([
      { event: 'message', payload: { ...change.body, seq: 10, prev: 7 } },
    ]);
  });

  it('turns a bulk deletion into one event for each id, of which only the last moves the cursor', () =>
    expect(
      toWireEvents(deletion([3, 4, 5])).map(({ payload }) => [payload.id, payload.seq, payload.prev]),
    ).toEqual([
      ['3', 7, 7],
      ['4', 7, 7],
      ['5', 10, 7],
    ]));

  it('lets a client that is cut anywhere in a change see all of it by asking again from its cursor', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 20 }), fc.nat(), (ids, cut) => {
        const events = toWireEvents(deletion(ids));
        const received = events.slice(0, cut % events.length);
        const cursor = received.at(-1)?.payload.seq ?? 7;
        expect(cursor).toBe(7);
      }),
    );
  });
});
