import type { ChangeBody, EventDataByType, MessageState, RelayEvent } from '@discord-relay/contracts';
import {
  AT,
  channel,
  CHANNEL,
  created,
  deleted,
  event,
  guild,
  GUILD,
  id,
  role,
  thread,
  user,
  VOICE_FLAGS,
} from '../testing/events.js';
import { fold, LoadedRows, WorkingSet } from './index.js';

const ADA = id(7);
const T1 = '2025-01-01T00:01:00.000Z';
/** What the last of these events announces, if anything. */
function announced(...events: RelayEvent[]): ChangeBody | undefined {
  const rows = new WorkingSet(new LoadedRows());
  events.forEach((each, i) => fold(each).forEach((op) => rows.apply(op, i + 1)));
  const changes = rows.changes.filter(({ seq }) => seq === events.length);
  expect(changes.length).toBeLessThanOrEqual(1);
  const [change] = changes;
  return change && ({ kind: change.kind, body: change.body } as ChangeBody);
}

describe('users in rooms are announced', () => {
  const inRoom = (channelId: number) => ({
    guildId: GUILD,
    channelId: id(channelId),
    userId: ADA,
    username: 'ada',
    avatar: 'face',
    state: VOICE_FLAGS,
  });
  const joined = event('voice.joined', inRoom(300));
  const moved = event('voice.moved', { ...inRoom(301), fromChannelId: id(300) });
  const left = event('voice.left', { guildId: GUILD, channelId: null, fromChannelId: null, userId: ADA });
  const { state: _state, ...arrival } = inRoom(300);

  it('users in rooms are announced when they join, move or leave', () => {
    expect(announced(joined)).toEqual({ kind: 'voice_joined', body: arrival });
    expect(announced(joined, moved)).toEqual({
      kind: 'voice_moved',
      body: { ...arrival, channelId: '301', fromChannelId: '300' },
    });
    expect(announced(joined, left)).toEqual({
      kind: 'voice_left',
      body: { guildId: GUILD, fromChannelId: '300', userId: '7' },
    });
  });

  it('whether a user joined or moved depends on where they were seen, not on the event’s type', () => {
    expect(announced(moved)).toMatchObject({ kind: 'voice_joined', body: { channelId: '301' } });
    expect(announced(joined, event('voice.joined', inRoom(301)))).toMatchObject({ kind: 'voice_moved' });
    expect(announced(left)).toBeUndefined();
  });

  it('users in rooms are not announced again when a session begins or a user is muted', () => {
    expect(announced(joined, joined)).toBeUndefined();
    const { guildId, channelId, userId } = inRoom(300);
    const muted = event('voice.updated', {
      guildId,
      channelId,
      userId,
      state: { ...VOICE_FLAGS, mute: true },
    });
    expect(announced(joined, muted)).toBeUndefined();
  });

  it('all users who left a room while nothing was received are announced in one change', () => {
    const bob = event('voice.joined', { ...inRoom(301), userId: id(8) });
    expect(announced(joined, bob, event('guild.left', { id: GUILD }))).toEqual({
      kind: 'guild_listed',
      body: {
        channels: [],
        left: [
          { guildId: GUILD, fromChannelId: '300', userId: '7' },
          { guildId: GUILD, fromChannelId: '301', userId: '8' },
        ],
        access: [{ of: 'guild', ownerId: null, left: true }],
      },
    });
  });
});

describe('reactions are announced', () => {
  const on = { messageId: id(1), channelId: CHANNEL, guildId: GUILD };
  const heart = { id: null, name: '❤️', animated: false };
  const data = { ...on, userId: ADA, emoji: heart, burst: false };
  const added = event('reaction.added', data);
  const removed = event('reaction.removed', data);
  const cleared = event('reaction.cleared', { ...on, emoji: null });
  const body = {
    messageId: '1',
    channelId: CHANNEL,
    serverId: GUILD,
    userId: '7',
    emoji: { id: null, name: '❤️' },
    burst: false,
  };

  it('reactions are announced once when they are added and once when they are removed', () => {
    expect(announced(added)).toEqual({ kind: 'reaction_add', body });
    expect(announced(added, added)).toBeUndefined();
    expect(announced(added, removed)).toEqual({ kind: 'reaction_remove', body });
    expect(announced(removed)).toBeUndefined();
    expect(announced(added, cleared, removed)).toBeUndefined();
  });

  it('the removal of all reactions, or of all with one emoji, is announced', () => {
    const { messageId, channelId, serverId } = body;
    expect(announced(added, cleared)).toEqual({
      kind: 'reaction_clear',
      body: { messageId, channelId, serverId, emoji: null },
    });
    expect(announced(added, event('reaction.cleared', { ...on, emoji: heart }))).toMatchObject({
      body: { emoji: { id: null, name: '❤️' } },
    });
  });

  it('reactions are not announced for a deleted message, nor when history counted them', () => {
    const counts = [{ emoji: heart, count: 1, burstCount: 0, userIds: [ADA] }];
    expect(announced(event('reaction.counted', { ...on, counts }))).toBeUndefined();
    for (const late of [added, cleared]) expect(announced(deleted(1), late)).toBeUndefined();
  });
});

describe('channels are announced', () => {
  const room = (fields: Partial<EventDataByType['room.synced']> = {}) => ({
    ...channel(300),
    channelType: 2,
    userLimit: 5,
    bitrate: null,
    ...fields,
  });
  const access = { of: 'channel', parentId: null, overwrites: [], deleted: false };

  it('the announcement of a channel contains what decides its access only when that changed', () => {
    const text = event('channel.synced', channel(200));
    expect(announced(text)).toEqual({
      kind: 'channel_update',
      body: {
        id: '200',
        name: 'channel-200',
        type: 0,
        serverId: GUILD,
        deleted: false,
        access: [{ ...access, channelId: '200', type: 0 }],
      },
    });
    const renamed = announced(text, event('channel.updated', channel(200, { name: 'renamed' })));
    expect(renamed?.body).not.toHaveProperty('access');
    const overwrites = [{ id: GUILD, type: 'role' as const, allow: '0', deny: '1024' }];
    expect(announced(text, event('channel.updated', channel(200, { overwrites })))).toMatchObject({
      body: { access: [{ ...access, overwrites }] },
    });
    expect(announced(text, event('channel.deleted', { id: CHANNEL, guildId: GUILD }))).toMatchObject({
      body: { deleted: true, access: [{ channelId: '200', overwrites: null, deleted: true }] },
    });
  });

  it('the announcement of a room says whether the room is new', () => {
    const made = event('room.created', room());
    const created = { created: true, parentId: null, userLimit: 5 };
    expect(announced(made)).toMatchObject({ body: { room: created } });
    const moved = event('room.updated', room({ parentId: id(9) }));
    expect(announced(made, moved)).toMatchObject({
      body: { parentId: '9', room: { created: false, parentId: '9', userLimit: 5 } },
    });
    const gone = event('room.deleted', { id: id(300), guildId: GUILD });
    expect(announced(made, gone, event('room.synced', room()))).toMatchObject({ body: { room: created } });
  });

  it('the announcement of a thread names its channel and whether it is archived, also from a list', () => {
    const open = event('thread.synced', thread(400));
    expect(announced(open)).toMatchObject({ body: { parentId: CHANNEL, archived: false } });
    const listed = event('thread.list_synced', { guildId: GUILD, channelIds: null, threadIds: [] });
    expect(announced(open, listed)).toEqual({
      kind: 'guild_listed',
      body: {
        channels: [
          {
            id: '400',
            name: 'a thread',
            type: 11,
            serverId: GUILD,
            parentId: CHANNEL,
            archived: true,
            deleted: false,
          },
        ],
        left: [],
      },
    });
    expect(announced(open, listed, listed)).toBeUndefined();
  });

  it('channels of a guild’s list are announced with every other difference that the list revealed', () => {
    const listed = event('guild.synced', { ...guild(GUILD), roleIds: [], voiceUserIds: [] });
    const inside = { guildId: GUILD, channelId: id(300), userId: ADA, username: null, avatar: null };
    const before = [
      event('room.synced', room()),
      event('role.synced', role(50, { permissions: '8' })),
      event('voice.joined', { ...inside, state: VOICE_FLAGS }),
    ];
    expect(announced(...before, listed)).toMatchObject({
      kind: 'guild_listed',
      body: {
        channels: [{ id: '300', deleted: true }],
        left: [{ fromChannelId: '300' }],
        access: [
          { of: 'guild', ownerId: '7', left: false },
          { of: 'channel', channelId: '300', deleted: true },
          { of: 'role', roleId: '50', permissions: null },
        ],
      },
    });
  });
});

describe('changes of access are announced', () => {
  const member = (fields: Partial<EventDataByType['member.joined']> = {}) => ({
    guildId: GUILD,
    user: user(ADA),
    nick: null,
    roleIds: [id(50)],
    joinedAt: AT,
    timedOutUntil: null,
    pending: false,
    flags: 0,
    avatar: null,
    ...fields,
  });
  const joined = event('member.joined', member());

  it('access changes when a role gets other permissions or is deleted, not when it is renamed', () => {
    const made = event('role.created', role(50, { permissions: '8' }));
    const as = (permissions: string | null) => ({
      kind: 'access',
      body: { access: [{ of: 'role', roleId: '50', permissions }] },
    });
    expect(announced(made)).toEqual(as('8'));
    expect(announced(made, event('role.updated', role(50, { permissions: '9' })))).toEqual(as('9'));
    expect(
      announced(made, event('role.updated', role(50, { permissions: '8', name: 'renamed' }))),
    ).toBeUndefined();
    expect(announced(made, event('role.deleted', { id: id(50), guildId: GUILD }))).toEqual(as(null));
  });

  it('access changes when a member joins, leaves, or has other roles or a timeout, not another nickname', () => {
    const as = (roleIds: string[], timedOutUntil: string | null, left: boolean, guest = false) => ({
      kind: 'access',
      body: { access: [{ of: 'member', userId: '7', roleIds, timedOutUntil, left, guest }] },
    });
    expect(announced(joined)).toEqual(as(['50'], null, false));
    const updated = (fields: Parameters<typeof member>[0]) => event('member.updated', member(fields));
    expect(announced(joined, updated({ nick: 'countess' }))).toBeUndefined();
    expect(announced(joined, updated({ roleIds: [] }))).toEqual(as([], null, false));
    expect(announced(joined, updated({ timedOutUntil: T1 }))).toEqual(as(['50'], T1, false));
    expect(announced(joined, updated({ flags: 1 }))).toBeUndefined();
    expect(announced(joined, updated({ flags: 17 }))).toEqual(as(['50'], null, false, true));
    expect(announced(event('member.joined', member({ flags: 16 })), updated({ flags: 0 }))).toEqual(
      as(['50'], null, false),
    );
    const left = event('member.left', { guildId: GUILD, user: user(ADA) });
    expect(announced(joined, left)).toEqual(as([], null, true));
  });

  it('access changes, in one change, for all former members that a complete list lacks', () => {
    const people = [8, 9, 10].map((n) => event('member.joined', member({ user: user(id(n)) })));
    const range = { guildId: GUILD, afterId: id(0), upToId: id(100), userIds: [id(9)] };
    const listed = event('member.range_listed', range);
    const gone = (userId: string) => ({
      of: 'member',
      userId,
      roleIds: [],
      timedOutUntil: null,
      left: true,
      guest: false,
    });
    expect(announced(...people, listed)).toEqual({
      kind: 'access',
      body: { access: [gone('8'), gone('10')] },
    });
    expect(announced(...people, listed, listed)).toBeUndefined();
  });

  it('access changes when the guild has another owner, is left or is present again', () => {
    const synced = event('guild.synced', guild(GUILD));
    const left = event('guild.left', { id: GUILD });
    const as = (ownerId: string, left: boolean) => ({
      kind: 'access',
      body: { access: [{ of: 'guild', ownerId, left }] },
    });
    expect(announced(synced)).toEqual(as('7', false));
    expect(announced(synced, synced)).toBeUndefined();
    expect(announced(synced, event('guild.unavailable', { id: GUILD }))).toBeUndefined();
    expect(announced(synced, event('guild.updated', { ...guild(GUILD), ownerId: id(8) }))).toEqual(
      as('8', false),
    );
    expect(announced(synced, left)).toEqual(as('7', true));
    expect(announced(synced, left, synced)).toEqual(as('7', false));
  });

  it('access changes when somebody is added to a thread or removed, unless it is public', () => {
    const members = event('thread.members_updated', {
      threadId: id(400),
      guildId: GUILD,
      added: [id(7)],
      removed: [id(8)],
    });
    const parts = { of: 'thread_members', threadId: '400', added: ['7'], removed: ['8'] };
    expect(announced(members)).toEqual({ kind: 'access', body: { access: [parts] } });
    const described = (channelType: number) => event('thread.synced', thread(400, { channelType }));
    expect(announced(described(12), members)).toEqual({ kind: 'access', body: { access: [parts] } });
    expect(announced(described(11), members)).toBeUndefined();
  });
});

describe('messages are announced', () => {
  const attachment = {
    id: id(9),
    filename: 'a.png',
    contentType: 'image/png',
    sizeBytes: 1,
    url: 'https://cdn.example/a.png',
    width: 1,
    height: 1,
  };
  const mentions = { users: [ADA], roles: [], channels: [], everyone: false };
  const reference = {
    type: 'default' as const,
    messageId: id(5),
    channelId: CHANNEL,
    guildId: GUILD,
  };
  const rich: Partial<MessageState> = {
    messageType: 19,
    flags: 4,
    attachments: [attachment],
    embeds: [{ title: 'x' }],
    stickerItems: [{ id: id(3), name: 's', formatType: 1 }],
    mentions,
    reference,
  };
  const updated = (fields: Partial<MessageState>) =>
    event('message.updated', { id: id(1), channelId: CHANNEL, guildId: GUILD, ...fields });

  it('the announcement of a message contains its parts besides the text', () => {
    expect(announced(created(1, rich))?.body).toEqual({
      ...announced(created(1))?.body,
      type: 19,
      flags: 4,
      attachments: [attachment],
      embeds: [{ title: 'x' }],
      stickers: [{ id: '3', name: 's', formatType: 1 }],
      mentions,
      replyTo: { messageId: '5', channelId: CHANNEL },
      reference,
    });
    const forward = { ...reference, type: 'forward' as const };
    const { body } = announced(created(1, { reference: forward }))!;
    expect(body).not.toHaveProperty('replyTo');
    expect(body).toMatchObject({ reference: forward });
  });

  it('the announcement of an update contains the parts that changed, and what is left of them', () => {
    const place = { id: '1', channelId: CHANNEL, serverId: GUILD };
    const more = { ...rich, embeds: [{ title: 'y' }] };
    expect(announced(created(1, rich), updated(more))?.body).toEqual({ ...place, embeds: [{ title: 'y' }] });
    const none = { attachments: [], embeds: [], stickerItems: [], flags: 0 };
    const emptied = { ...none, mentions: { ...mentions, users: [] } };
    expect(announced(created(1, rich), updated(emptied))?.body).toEqual({
      ...place,
      flags: 0,
      attachments: [],
      embeds: [],
      stickers: [],
      mentions: { users: [], roles: [], channels: [], everyone: false },
    });
    expect(announced(created(1), updated({ ...emptied, pinned: true }))?.body).toEqual({
      ...place,
      pinned: true,
    });
  });

  it('the announcement of an edit contains the number of contents that it replaced', () => {
    const edits = ['second', 'third'].map((content) => updated({ content }));
    expect(announced(created(1), ...edits)?.body).toMatchObject({ content: 'third', revision: 2 });
    expect(announced(created(1), updated({ flags: 4 }))?.body).not.toHaveProperty('revision');
  });
});
