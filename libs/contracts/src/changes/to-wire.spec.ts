import fc from 'fast-check';
import type { Change } from './changes.js';
import type { Snowflake } from '../snowflake.js';
import { roomFactsOf, toWireEvents } from './to-wire.js';

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
  it('toWireEvents gives a message exactly the fields of the protocol', () => {
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
        editedTimestamp: null,
        pinned: false,
        revision: 0,
        channelId: id(2),
        serverId: id(1),
      },
    };
    expect(toWireEvents(change)).toEqual([
      { event: 'message', payload: { ...change.body, seq: 10, prev: 7 } },
    ]);
  });

  it('toWireEvents completes a message from an earlier version with the fields that were added since', () => {
    const body = { id: id(3), content: '', author: { id: id(4), username: '' }, timestamp: '' };
    const place = { kind: 'message', guildId: id(1), channelId: id(2), feed: 'c:2', seq: 10, prev: 7 };
    const [wireEvent] = toWireEvents({ ...place, guildPrev: 9, body } as unknown as Change);
    expect(wireEvent!.payload).toEqual({
      ...body,
      editedTimestamp: null,
      pinned: null,
      revision: 0,
      seq: 10,
      prev: 7,
    });
  });

  it('toWireEvents turns a bulk deletion into one event per id, of which only the last moves the cursor', () =>
    expect(toWireEvents(deletion([3, 4, 5])).map(({ payload }) => payload)).toMatchObject([
      { id: '3', seq: 7, prev: 7 },
      { id: '4', seq: 7, prev: 7 },
      { id: '5', seq: 10, prev: 7 },
    ]));

  it('toWireEvents lets a client that is disconnected within a change get all of it by resuming from its cursor', () => {
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

describe('roomFactsOf', () => {
  const guildWide = { guildId: id(1), channelId: null, feed: 'g:1', seq: 10, prev: 7, guildPrev: 9 } as const;
  const arrival = { guildId: id(1), channelId: id(5), userId: id(6), username: 'example', avatar: null };

  it('roomFactsOf sends a move as a leave, for those who see the old room, and a join', () => {
    const change: Change = {
      ...guildWide,
      kind: 'voice_moved',
      body: { ...arrival, fromChannelId: id(4) },
    };
    expect(roomFactsOf(change)).toEqual([
      {
        channelId: '4',
        fact: { event: 'voice_left', payload: { guildId: '1', channelId: null, userId: '6' } },
      },
      { channelId: '5', fact: { event: 'voice_joined', payload: arrival } },
    ]);
  });

  it('roomFactsOf sends a room once, when it is new', () => {
    const body = { id: id(5), name: 'Room', type: 2, serverId: id(1), deleted: false };
    const room = { created: true, parentId: null, userLimit: 3 };
    const updated: Change = { ...guildWide, kind: 'channel_update', body };
    expect(roomFactsOf(updated)).toEqual([]);
    expect(roomFactsOf({ ...updated, body: { ...body, room } })).toEqual([
      {
        channelId: '5',
        fact: {
          event: 'room_created',
          payload: { guildId: '1', channelId: '5', name: 'Room', userLimit: 3 },
        },
      },
    ]);
    expect(roomFactsOf({ ...updated, body: { ...body, type: 0, room } })).toEqual([]);
  });

  it('roomFactsOf sends every difference that a list revealed', () => {
    const gone = { id: id(5), name: 'Room', type: 2, serverId: id(1), deleted: true };
    const archived = { id: id(7), name: 'Thread', type: 11, serverId: id(1), archived: true, deleted: false };
    const left = [{ guildId: id(1), fromChannelId: id(4), userId: id(6) }];
    const change: Change = { ...guildWide, kind: 'guild_listed', body: { channels: [gone, archived], left } };
    expect(toWireEvents(change).map(({ payload }) => payload)).toEqual([
      { ...gone, type: 'voice', discordType: 2, seq: 7, prev: 7 },
      { ...archived, type: 'public_thread', discordType: 11, seq: 10, prev: 7 },
    ]);
    expect(roomFactsOf(change).map(({ channelId, fact }) => [channelId, fact.event])).toEqual([
      ['4', 'voice_left'],
      ['5', 'room_deleted'],
    ]);
  });

  it('roomFactsOf never sends data that access decisions are based on', () => {
    const body = { id: id(5), name: 'Room', type: 2, serverId: id(1), deleted: false };
    const access = [{ of: 'role', roleId: id(9), permissions: '0' } as const];
    expect(toWireEvents({ ...guildWide, kind: 'channel_update', body: { ...body, access } })).toEqual([
      { event: 'channel_update', payload: { ...body, type: 'voice', discordType: 2, seq: 10, prev: 7 } },
    ]);
    expect(toWireEvents({ ...guildWide, kind: 'access', body: { access } })).toEqual([]);
  });
});
