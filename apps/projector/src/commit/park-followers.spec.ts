import type { RelayEvent } from '@discord-relay/contracts';
import { channel, created, deleted, edited, event, guild, id, user } from '../testing/events.js';
import { parkFollowers } from './park-followers.js';
import { decodeEntry } from './decode-entry.js';
import { parkingKeys } from '../fold/index.js';

const AT = '2025-01-01T00:00:01.000Z';
const decodedOf = (...events: RelayEvent[]) =>
  events.map((each, i) => {
    const data = new TextEncoder().encode(JSON.stringify(each));
    const decoded = decodeEntry({
      seq: i + 1,
      subject: 's',
      data,
      sizeBytes: data.byteLength,
      storedAtMs: 0,
      pending: 0,
    });
    if (decoded.kind === 'newer') throw new Error('newer version');
    return decoded;
  });
const codes = (items: ReturnType<typeof parkFollowers>['decoded']) =>
  items.map((item) => (item.kind === 'poison' ? item.code : item.kind));
const bad = (message: number) => created(message, { createdAt: 'never' });

describe('parkFollowers', () => {
  it('a parked message event parks later events about the same message, and no others', () => {
    const batch = decodedOf(
      created(2),
      bad(1),
      edited(2, 'x', AT),
      edited(1, 'x', AT),
      deleted(1),
      created(3),
    );
    const { decoded, blocked } = parkFollowers(batch, new Set());
    expect(codes(decoded)).toEqual(['event', 'RangeError', 'event', 'FOLLOWS', 'FOLLOWS', 'event']);
    expect([...blocked]).toEqual(['message:1']);
  });

  it('a parked event parks its followers in later batches', () => {
    const { decoded } = parkFollowers(decodedOf(edited(1, 'x', AT), created(2)), new Set(['message:1']));
    expect(codes(decoded)).toEqual(['FOLLOWS', 'event']);
  });

  it('a parked channel blocks a list of the guild, but not another channel', () => {
    const [first, second] = [channel(200), channel(201)].map((each) => event('channel.updated', each));
    const bad = { ...decodedOf(first!)[0]!, kind: 'poison' as const, code: '22003', message: '' };
    const later = decodedOf(second!, event('guild.synced', guild(id(100), [])), created(1));
    const { decoded } = parkFollowers([bad as never, ...later], new Set());
    expect(codes(decoded)).toEqual(['22003', 'event', 'FOLLOWS', 'event']);
  });

  it('a list of members and the members of its guild block each other', () => {
    const user = { id: id(7), username: 'ada', globalName: null, avatar: null, bot: false };
    const left = event('member.left', { guildId: id(100), user });
    const range = { guildId: id(100), afterId: id(0), upToId: id(9), userIds: [id(8)] };
    const listed = event('member.range_listed', range);
    const other = event('member.left', { guildId: id(100), user: { ...user, id: id(8) } });
    const refused = (each: RelayEvent) =>
      ({ ...decodedOf(each)[0]!, kind: 'poison', code: '22003', message: '' }) as never;
    const behind = (first: RelayEvent, ...later: RelayEvent[]) =>
      codes(parkFollowers([refused(first), ...decodedOf(...later)], new Set()).decoded);
    expect(behind(left, other, listed)).toEqual(['22003', 'event', 'FOLLOWS']);
    expect(behind(listed, left, created(1))).toEqual(['22003', 'FOLLOWS', 'event']);
  });

  it('thread members and guild members block each other', () => {
    const member = (n: number) => event('member.left', { guildId: id(100), user: user(id(n)) });
    const ids = { threadId: id(6), guildId: id(100) };
    const members = event('thread.members_updated', { ...ids, added: [id(7)], removed: [] });
    const refused = { ...decodedOf(member(7))[0]!, kind: 'poison', code: '22003', message: '' } as never;
    expect(codes(parkFollowers([refused, ...decodedOf(members, member(8))], new Set()).decoded)).toEqual([
      ...['22003', 'FOLLOWS', 'event'],
    ]);
    const thread = { ...decodedOf(members)[0]!, kind: 'poison', code: '22003', message: '' } as never;
    expect(codes(parkFollowers([thread, ...decodedOf(member(7), member(8))], new Set()).decoded)).toEqual([
      ...['22003', 'FOLLOWS', 'event'],
    ]);
  });

  it('the followers of a parked follower are parked', () => {
    const place = { channelId: id(200), guildId: id(100) };
    const bulk = event('message.bulk_deleted', { ids: [id(1), id(2)], ...place });
    const { decoded } = parkFollowers(decodedOf(bad(1), bulk, edited(2, 'x', AT)), new Set());
    expect(codes(decoded)).toEqual(['RangeError', 'FOLLOWS', 'FOLLOWS']);
  });
});

describe('parkingKeys', () => {
  it.each([
    [created(1), ['message:1']],
    [event('channel.updated', channel(200)), ['channel:200', 'listed:100']],
    [event('guild.left', { id: id(100) }), ['guild:100', 'listed:100']],
  ])('the parking keys of an event name what it is about', (each, keys) =>
    expect(parkingKeys(each)).toEqual(keys),
  );

  it('garbled data has only the event’s own parking key', () => {
    const garbled = { ...created(1), data: { nothing: 'known' } } as unknown as RelayEvent;
    expect(parkingKeys(garbled)).toEqual([`event:${garbled.id}`]);
  });
});
