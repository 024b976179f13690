import type { MemberState, RelayEvent } from '@discord-relay/contracts';
import { AT, event, guild, GUILD, id, role, user, VOICE_FLAGS } from '../../testing/events.js';
import { fold, memberKey, LoadedRows, WorkingSet } from '../index.js';

const LATER = '2025-01-01T00:05:00.000Z';
const AN_HOUR_LATER = '2025-01-01T01:00:00.000Z';
const ADA = id(7);
const member = (fields: Partial<MemberState> = {}): MemberState => ({
  guildId: GUILD,
  user: user(ADA),
  nick: 'countess',
  roleIds: [id(50)],
  joinedAt: AT,
  timedOutUntil: null,
  pending: false,
  flags: 0,
  avatar: null,
  ...fields,
});

function given(...events: RelayEvent[]) {
  const rows = new WorkingSet(new LoadedRows());
  events.forEach((each, i) => fold(each).forEach((op) => rows.apply(op, i + 1)));
  return {
    role: (roleId: number) => rows.roles.rows.get(id(roleId)),
    member: rows.members.rows.get(memberKey(GUILD, ADA)),
    voice: rows.voice.rows.get(memberKey(GUILD, ADA)),
  };
}

describe('roles', () => {
  const synced = event('role.synced', role(50, { permissions: '8' }));
  const gone = event('role.deleted', { id: id(50), guildId: GUILD });

  it('roles come back only if Discord lists them', () => {
    expect(given(synced, gone, event('role.updated', role(50))).role(50)).toMatchObject({ deleted_at: AT });
    expect(given(synced, gone, synced).role(50)).toMatchObject({ deleted_at: null, permissions: '8' });
  });

  it('roles that the guild no longer lists are removed; an old event without a list removes none', () => {
    const listed = event('guild.synced', { ...guild(GUILD), roleIds: [id(51)] });
    expect(given(synced, listed).role(50)).toMatchObject({ deleted_at: AT });
    expect(given(synced, event('guild.synced', guild(GUILD))).role(50)).toMatchObject({ deleted_at: null });
  });
});

describe('members', () => {
  const joined = event('member.joined', member());
  const left = event('member.left', { guildId: GUILD, user: user(ADA) });

  it('members have roles, nick and timeout of the last event', () => {
    const timedOut = event('member.updated', member({ timedOutUntil: LATER, roleIds: [] }));
    expect(given(joined).member).toMatchObject({ nick: 'countess', role_ids: ['50'], left_at: null });
    expect(given(joined, timedOut).member).toMatchObject({ timed_out_until: LATER, role_ids: [] });
  });

  it('members who left have no roles', () => {
    expect(given(joined, left).member).toMatchObject({
      left_at: AT,
      role_ids: [],
      nick: null,
      joined_at: AT,
    });
  });

  it('members do not come back by a repeated join, but by another one or when Discord lists them', () => {
    expect(given(joined, left, joined).member).toMatchObject({ left_at: AT });
    const again = event('member.joined', member({ joinedAt: LATER }));
    expect(given(joined, left, again).member).toMatchObject({ left_at: null, joined_at: LATER });
    expect(given(joined, left, event('member.synced', member())).member).toMatchObject({ left_at: null });
  });

  it('members come back although their departure was reported late, and their first join was not', () => {
    const reportedLate = { ...left, time: LATER, receivedat: LATER };
    expect(given(reportedLate, joined).member).toMatchObject({ left_at: null, role_ids: ['50'] });
    const hourLater = { ...left, time: AN_HOUR_LATER, receivedat: AN_HOUR_LATER };
    expect(given(hourLater, joined).member).toMatchObject({ left_at: AN_HOUR_LATER, role_ids: [] });
    const late = event('member.updated', member());
    expect(given(reportedLate, late).member).toMatchObject({ left_at: LATER, role_ids: [] });
  });
});

describe('members of a list that was whole', () => {
  const EVE = id(9);
  const people = [ADA, EVE].map((userId) => event('member.joined', member({ user: user(userId) })));
  const range = (after: number, upTo: number, ...userIds: number[]) =>
    event(
      'member.range_listed',
      { guildId: GUILD, afterId: id(after), upToId: id(upTo), userIds: userIds.map((each) => id(each)) },
      { time: LATER },
    );
  const left = (...events: RelayEvent[]) => {
    const rows = new WorkingSet(new LoadedRows());
    events.forEach((each, i) => fold(each).forEach((op) => rows.apply(op, i + 1)));
    const gone = rows.members.rows.all().filter(({ left_at }) => left_at !== null);
    return gone.map(({ user_id, left_at }) => [user_id, left_at]);
  };

  it('members in the range of a complete list who are not listed have left', () => {
    expect(left(...people, range(0, 8))).toEqual([['7', LATER]]);
    expect(left(...people, range(7, 100, 8))).toEqual([['9', LATER]]);
    expect(left(...people, range(0, 100, 7, 9))).toEqual([]);
    const elsewhere = { ...people[0]!, data: member({ guildId: id(101) }), guildid: id(101) } as RelayEvent;
    expect(left(elsewhere, range(0, 100))).toEqual([]);
  });

  it('members missing from a complete list leave once, lose their roles and keep their name, however often the list comes', () => {
    const rows = given(...people, range(0, 8), range(0, 8), range(0, 8));
    expect(rows.member).toMatchObject({
      left_at: LATER,
      role_ids: [],
      nick: null,
      joined_at: AT,
      username: 'user-7',
      seq: 3,
    });
  });

  it('members are unaffected by a list that is older than what is known about them', () => {
    const rows = new WorkingSet(new LoadedRows());
    for (const op of fold(people[0]!)) rows.apply(op, 5);
    for (const op of fold(range(0, 100))) rows.apply(op, 4);
    expect(rows.members.rows.get(memberKey(GUILD, ADA))).toMatchObject({ left_at: null, seq: 5 });
    expect(rows.changes.map(({ seq }) => seq)).toEqual([5]);
  });

  it('members missing from a complete list come back as after a departure', () => {
    const back = event('member.joined', member({ joinedAt: LATER }));
    expect(left(...people, range(0, 8), people[0]!)).toEqual([['7', LATER]]);
    expect(left(...people, range(0, 8), back)).toEqual([]);
  });
});

describe('rooms', () => {
  const at = (time: string) => ({ time });
  const inRoom = (channelId: number) => ({
    guildId: GUILD,
    channelId: id(channelId),
    userId: ADA,
    username: 'ada',
    avatar: null,
    state: VOICE_FLAGS,
  });
  const joined = event('voice.joined', inRoom(300));

  it('rooms have the join time of users, also after a new session listed them', () => {
    const again = event('voice.joined', inRoom(300), at(LATER));
    const moved = event('voice.moved', { ...inRoom(301), fromChannelId: id(300) }, at(LATER));
    expect(given(joined, again).voice).toMatchObject({ channel_id: '300', since: AT });
    expect(given(joined, moved).voice).toMatchObject({ channel_id: '301', since: LATER });
  });

  it('rooms keep the user’s name if an update does not contain it', () => {
    const { guildId, channelId, userId, state } = inRoom(300);
    const updated = event('voice.updated', { guildId, channelId, userId, state: { ...state, mute: true } });
    expect(given(joined, updated).voice).toMatchObject({ username: 'ada', since: AT, state: { mute: true } });
  });

  it('rooms keep only the ids of users who left, were not listed, or were in a guild that was left', () => {
    const out = { channel_id: null, since: null, username: null, state: null };
    const left = event('voice.left', { guildId: GUILD, channelId: null, fromChannelId: null, userId: ADA });
    const listed = event('guild.synced', { ...guild(GUILD), voiceUserIds: [] });
    for (const end of [left, listed, event('guild.left', { id: GUILD })]) {
      expect(given(joined, end).voice).toMatchObject(out);
    }
  });
});
