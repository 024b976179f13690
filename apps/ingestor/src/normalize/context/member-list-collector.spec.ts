import { LAST_SNOWFLAKE, type RelayEvent, type Snowflake } from '@discord-relay/contracts';
import { MemberListCollector } from './member-list-collector.js';
import { normalize } from '../normalize.js';
import { dispatch, GUILD_ID } from '../../testing/dispatches.js';

const GUILD = GUILD_ID as Snowflake;
const CONTEXT = { receivedAt: '2025-03-01T10:00:01.000Z', shardId: 0, sessionId: 'abc' };

const member = (id: number | string) => ({ user: { id: String(id), username: `u${id}` }, roles: [] });
const chunk = (index: number, count: number, ids: (number | string)[], changes: object = {}) =>
  dispatch('GUILD_MEMBERS_CHUNK', {
    guild_id: GUILD_ID,
    nonce: 'n',
    chunk_index: index,
    chunk_count: count,
    members: ids.map(member),
    ...changes,
  });
const came = (id: number) => dispatch('GUILD_MEMBER_ADD', { guild_id: GUILD_ID, ...member(id) });
const went = (id: number) => dispatch('GUILD_MEMBER_REMOVE', { guild_id: GUILD_ID, user: member(id).user });

/** The ranges that result from these dispatches; the guild's members were requested before the first one. */
function listed(dispatches: ReturnType<typeof dispatch>[], lists = new MemberListCollector()) {
  lists.start(GUILD, 'n');
  const events: RelayEvent[] = [];
  const givenUp = dispatches.flatMap((each) => {
    const result = normalize(each, { ...CONTEXT, completeMemberListOf: lists.completeListOf });
    if (result.ok) events.push(...result.events);
    return lists.apply(each);
  });
  const ranges = events.flatMap((event) => (event.type === 'member.range_listed' ? [event.data] : []));
  return { ids: ranges.map(({ userIds }) => userIds.join()), ranges, events, givenUp };
}

describe('MemberListCollector', () => {
  it('the members of a guild are listed once the list is complete, after the member events, ordered by id', () => {
    const { events, ranges } = listed([chunk(0, 2, [100, 20]), chunk(1, 2, [3])]);
    expect(events.map(({ type }) => type)).toEqual([
      ...Array<string>(3).fill('member.synced'),
      'member.range_listed',
    ]);
    const all = { guildId: GUILD_ID, afterId: '0', upToId: LAST_SNOWFLAKE };
    expect(ranges).toEqual([{ ...all, userIds: ['3', '20', '100'] }]);
    expect(events.at(-1)).toMatchObject({ id: 'member.range_listed:abc:7:1' });
  });

  it('the member list covers all ids in ranges of a thousand members', () => {
    const ids = Array.from({ length: 2_001 }, (_, i) => i + 1);
    const { ranges } = listed([chunk(0, 1, ids)]);
    expect(ranges.map(({ afterId, upToId, userIds }) => [afterId, upToId, userIds.length])).toEqual([
      ['0', '1000', 1_000],
      ['1000', '2000', 1_000],
      ['2000', LAST_SNOWFLAKE, 1],
    ]);
  });

  it.each([
    ['in another order', [chunk(1, 2, [2]), chunk(0, 2, [1])], ['1,2']],
    ['with a chunk that came twice', [chunk(0, 2, [1]), chunk(0, 2, [1]), chunk(1, 2, [2])], ['1,2']],
    ['not without its first chunk', [chunk(1, 2, [2])], []],
    ['not without its last', [chunk(0, 2, [1])], []],
    ['not for another request', [chunk(0, 1, [1], { nonce: 'm' })], []],
    ['not for one without a nonce', [chunk(0, 1, [1], { nonce: undefined })], []],
    ['not for another guild', [chunk(0, 1, [1], { guild_id: '5' })], []],
    ['not twice', [chunk(0, 1, [1]), chunk(0, 1, [1])], ['1']],
    ['whatever was not found', [chunk(0, 1, [1], { not_found: ['9'] })], ['1']],
  ])('a complete member list is accepted: %s', (_, dispatches, ids) => {
    expect(listed(dispatches)).toMatchObject({ ids, givenUp: [] });
  });

  it('joins and leaves since the request have precedence over the member list', () => {
    expect(listed([came(9), chunk(0, 2, [1, 2]), went(1), chunk(1, 2, [3])]).ids).toEqual(['2,3,9']);
    expect(listed([went(1), chunk(0, 1, [1, 2])]).ids).toEqual(['2']);
    expect(listed([went(1), came(1), came(2), went(2), chunk(0, 1, [3])]).ids).toEqual(['1,3']);
  });

  it.each([
    ['a member without an id', [chunk(0, 1, [1], { members: [member(1), { user: {} }] })], 'unreadable'],
    ['an id that no column can store', [chunk(0, 1, ['18446744073709551615'])], 'unreadable'],
    ['nobody, where the bot has to be', [chunk(0, 1, [])], 'unreadable'],
    ['no number of chunks', [chunk(0, 1, [1], { chunk_count: 'x' })], 'unreadable'],
    ['chunks beyond their number', [chunk(2, 2, [1])], 'unreadable'],
    ['two numbers of chunks', [chunk(0, 3, [1]), chunk(1, 2, [2])], 'unreadable'],
    ['the end of the guild', [chunk(0, 2, [1]), dispatch('GUILD_DELETE', { id: GUILD_ID })], 'guild_gone'],
  ])('a member list with %s is abandoned, and removes nobody', (_, dispatches, reason) => {
    const { ids, givenUp } = listed([...dispatches, chunk(0, 1, [1])]);
    expect({ ids, givenUp }).toEqual({ ids: [], givenUp: [reason] });
  });

  it('a collected member list is abandoned on a new request or a lost session', () => {
    const lists = new MemberListCollector();
    listed([chunk(0, 2, [1])], lists);
    expect(lists.start(GUILD, 'n')).toEqual(['asked_again']);
    expect(lists.abandonAll('session_lost')).toEqual(['session_lost']);
    expect(lists.abandonAll('session_lost')).toEqual([]);
    expect(lists.completeListOf(chunk(1, 2, [2]).d as object as Record<string, unknown>)).toBeUndefined();
  });

  it('the collector keeps a limited number of ids, and all of its capacity is free for the next list', () => {
    const lists = new MemberListCollector(3);
    expect(listed([chunk(0, 3, [1, 2]), came(8), chunk(1, 3, [3])], lists).givenUp).toEqual(['too_many']);
    expect(listed([chunk(0, 2, [1, 2]), chunk(1, 2, [3, 4])], lists).ids).toEqual(['1,2,3,4']);
    expect(listed([chunk(0, 2, [1, 2]), came(8), chunk(1, 2, [3])], lists)).toMatchObject({ givenUp: [] });
  });
});
