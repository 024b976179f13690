import * as world from './support/absent-fields/absent-world.js';
import { PurePipeline } from './support/absent-fields/pure-pipeline.js';

const { ADA, BEN, CHANNELS, EVE, GUILD, MEMBERS, MODS, OPEN, PRIVATE_THREAD, ROOM, STAFF, THREAD, TOM } =
  world;
const NO = { see: false, read: false, history: false };
const ALL = { see: true, read: true, history: true };

function known(): PurePipeline {
  const pipeline = new PurePipeline(GUILD, world.USERS);
  pipeline.take('GUILD_CREATE', world.guild());
  pipeline.take('THREAD_MEMBERS_UPDATE', {
    guild_id: GUILD,
    id: PRIVATE_THREAD,
    added_members: [{ user_id: ADA }],
  });
  return pipeline;
}

function expectRights(pipeline: PurePipeline, userId: string, channelId: string, rights: object): void {
  expect(pipeline.rights(userId, channelId)).toEqual(rights);
  expect(pipeline.announcedRights(userId, channelId)).toEqual(rights);
}

const idsOf = (rows: { id: string; deleted_at: string | null }[]) =>
  rows
    .filter(({ deleted_at }) => deleted_at === null)
    .map(({ id }) => id)
    .sort();
const channelsOf = ({ rows }: PurePipeline) => idsOf(rows.channels.rows.all());
const rolesOf = ({ rows }: PurePipeline) => idsOf(rows.roles.rows.all());

describe('a partly described channel', () => {
  it.each([undefined, null, 'x', 5, {}])(
    'a channel stays private if its overwrites are %j',
    (permission_overwrites) => {
      const pipeline = known();
      pipeline.take('CHANNEL_UPDATE', world.channel(STAFF, { name: 'staff', permission_overwrites }));
      expect(pipeline.channel(STAFF)).toMatchObject({ name: 'staff' });
      expectRights(pipeline, BEN, STAFF, NO);
      expectRights(pipeline, ADA, STAFF, ALL);
    },
  );

  it('a channel is closed to everyone but the owner if its overwrites were never readable', () => {
    const pipeline = new PurePipeline(GUILD, world.USERS);
    pipeline.take('GUILD_CREATE', world.guild({ channels: [] }));
    pipeline.take('CHANNEL_CREATE', world.channel(STAFF, { permission_overwrites: undefined }));
    expectRights(pipeline, ADA, STAFF, NO);
    expectRights(pipeline, world.OWNER, STAFF, ALL);
  });

  it('a channel is closed by an overwrite without allow', () => {
    const pipeline = known();
    const permission_overwrites = [
      world.overwrite(GUILD, 0, '0', world.VIEW),
      { id: ADA, type: 1, deny: world.VIEW },
    ];
    pipeline.take('CHANNEL_UPDATE', world.channel(OPEN, { permission_overwrites }));
    for (const userId of [ADA, BEN]) expectRights(pipeline, userId, OPEN, NO);
    expectRights(pipeline, ADA, THREAD, NO);
  });

  it.each([
    [{ id: BEN, type: 1, allow: '0', deny: 5 }, [BEN]],
    [{ id: BEN, type: 'x', allow: world.VIEW, deny: '0' }, [BEN]],
    [{ id: MODS, type: 0, allow: [], deny: {} }, [ADA]],
    [{ type: 1, allow: '0', deny: world.VIEW }, [ADA, BEN]],
    [null, [ADA, BEN]],
  ])('a channel is closed to those to whom the overwrite %j may deny it', (overwrite, closedTo) => {
    const pipeline = known();
    pipeline.take('CHANNEL_UPDATE', world.channel(OPEN, { permission_overwrites: [overwrite] }));
    for (const userId of [ADA, BEN])
      expectRights(pipeline, userId, OPEN, closedTo.includes(userId) ? NO : ALL);
  });

  it('a channel without a type or a name stays as it was, and a change of its overwrites is announced', () => {
    const pipeline = new PurePipeline(GUILD, world.USERS);
    pipeline.take('GUILD_CREATE', world.guild({ channels: [] }));
    pipeline.take('CHANNEL_CREATE', world.channel(OPEN, { name: undefined }));
    expectRights(pipeline, BEN, OPEN, ALL);
    const { permission_overwrites } = CHANNELS[STAFF]!;
    pipeline.take('CHANNEL_UPDATE', { id: OPEN, guild_id: GUILD, permission_overwrites });
    expectRights(pipeline, BEN, OPEN, NO);
    expect(pipeline.channel(OPEN)).toMatchObject({ type: 0, topic: 'talk' });
  });
});

describe('a partly described guild', () => {
  it('a guild loses nothing that is missing from its description', () => {
    const pipeline = known();
    const [channels, roles] = [channelsOf(pipeline), rolesOf(pipeline)];
    pipeline.take('GUILD_CREATE', { id: GUILD, name: 'New', owner_id: world.OWNER });
    expect(pipeline.rows.guilds.rows.all()).toMatchObject([{ name: 'New', icon: 'icon', left_at: null }]);
    expect([channelsOf(pipeline), rolesOf(pipeline)]).toEqual([channels, roles]);
    expect(pipeline.channel(THREAD)).toMatchObject({ archived: false });
    expect(pipeline.rows.voice.rows.all()).toMatchObject([{ user_id: BEN, channel_id: ROOM }]);
  });

  it.each([null, {}, 'x', 5])('a guild loses nothing whose list is %j', (list) => {
    const pipeline = known();
    const before = [channelsOf(pipeline), rolesOf(pipeline)];
    const keys = ['channels', 'threads', 'roles', 'members', 'voice_states'];
    pipeline.take('GUILD_CREATE', world.guild(Object.fromEntries(keys.map((key) => [key, list]))));
    expect([channelsOf(pipeline), rolesOf(pipeline)]).toEqual(before);
    expectRights(pipeline, ADA, STAFF, ALL);
  });

  it('a guild keeps a channel with a malformed overwrite, and its threads', () => {
    const pipeline = known();
    const odd = world.channel(OPEN, { name: 'odd', permission_overwrites: ['x'] });
    pipeline.take('GUILD_CREATE', world.guild({ channels: [odd, ...Object.values(CHANNELS).slice(1)] }));
    expect(channelsOf(pipeline)).toEqual(expect.arrayContaining([OPEN, THREAD, PRIVATE_THREAD]));
    expect(pipeline.channel(OPEN)).toMatchObject({ name: 'odd', overwrites: null });
    expectRights(pipeline, BEN, OPEN, NO);
  });

  it('a guild keeps everything if one id of a list is unreadable, and records the others', () => {
    const pipeline = known();
    const before = channelsOf(pipeline);
    pipeline.take(
      'GUILD_CREATE',
      world.guild({ channels: [world.channel(OPEN, { name: 'new' }), { type: 0 }] }),
    );
    expect(channelsOf(pipeline)).toEqual(before);
    expect(pipeline.channel(OPEN)).toMatchObject({ name: 'new' });
  });

  it('a guild loses what a complete list does not contain', () => {
    const pipeline = known();
    pipeline.take('GUILD_CREATE', world.guild({ channels: [CHANNELS[OPEN]], threads: null }));
    expect(channelsOf(pipeline)).toEqual([OPEN, THREAD, PRIVATE_THREAD].sort());
    expect(pipeline.channel(THREAD)).toMatchObject({ archived: false });
  });

  it.each([undefined, false, null, 'x'])(
    'a guild counts as left when it is deleted with unavailable %j',
    (unavailable) => {
      const pipeline = known();
      pipeline.take('GUILD_DELETE', world.guild({ unavailable }));
      expectRights(pipeline, BEN, OPEN, NO);
    },
  );

  it('a guild keeps its owner if the owner cannot be read', () => {
    const pipeline = known();
    pipeline.take('GUILD_UPDATE', { id: GUILD, name: 5, owner_id: null });
    expectRights(pipeline, world.OWNER, STAFF, ALL);
    expect(pipeline.rows.guilds.rows.all()).toMatchObject([{ name: 'Test' }]);
  });
});

describe('a partly described member', () => {
  it('a member keeps roles and timeout if an update omits them', () => {
    const pipeline = known();
    for (const id of [ADA, EVE, TOM])
      pipeline.take('GUILD_MEMBER_UPDATE', { guild_id: GUILD, user: { id, username: 'x' }, nick: 'y' });
    expect(pipeline.member(ADA)).toMatchObject({ nick: 'y', username: 'x', role_ids: [MODS] });
    expect(pipeline.member(ADA)!.profile).toMatchObject({ globalName: 'a name', username: 'x' });
    expectRights(pipeline, ADA, STAFF, ALL);
    expectRights(pipeline, EVE, world.CLOSED_TO_EVE, NO);
    expectRights(pipeline, TOM, ROOM, { ...NO, see: true });
  });

  it.each([null, 'x', [MODS, 'x'], {}])('a member keeps the roles if they are %j', (roles) => {
    const pipeline = known();
    pipeline.take('GUILD_MEMBER_UPDATE', { ...MEMBERS[EVE], guild_id: GUILD, roles, nick: 'new' });
    expect(pipeline.member(EVE)).toMatchObject({ nick: 'new', role_ids: [world.MUTED] });
  });

  it('a member has no rights while no roles are known, and none in a room while a timeout may be in force', () => {
    const pipeline = new PurePipeline(GUILD, world.USERS);
    const { roles: _roles, ...roleless } = MEMBERS[EVE]!;
    const { communication_disabled_until: _until, ...untimed } = MEMBERS[BEN]!;
    pipeline.take('GUILD_CREATE', world.guild({ members: [roleless, untimed] }));
    expect(pipeline.member(EVE)).toMatchObject({ role_ids: null, nick: 'a nick' });
    expectRights(pipeline, EVE, OPEN, NO);
    expectRights(pipeline, BEN, OPEN, ALL);
    expectRights(pipeline, BEN, ROOM, { ...NO, see: true });
    pipeline.take('GUILD_MEMBER_UPDATE', { ...MEMBERS[BEN], guild_id: GUILD });
    pipeline.take('GUILD_MEMBER_UPDATE', { ...MEMBERS[EVE], guild_id: GUILD });
    expectRights(pipeline, BEN, ROOM, ALL);
    expectRights(pipeline, EVE, OPEN, ALL);
  });

  const left = { guild_id: GUILD, user: { id: ADA, username: 'ada' } };
  const joined = (joined_at?: string) => ({ ...MEMBERS[ADA], guild_id: GUILD, joined_at });

  it.each(['2025-01-01T00:00:00+00:00', '2024-12-31T23:59:59+00:00', undefined, 'soon'])(
    'a member who has left does not come back by a late repetition of a join at %s',
    (joinedAt) => {
      const pipeline = known();
      pipeline.take('GUILD_MEMBER_REMOVE', left);
      for (const t of ['GUILD_MEMBER_ADD', 'GUILD_MEMBER_UPDATE']) pipeline.take(t, joined(joinedAt));
      expect(pipeline.member(ADA)!.left_at).not.toBeNull();
      expectRights(pipeline, ADA, OPEN, NO);
    },
  );

  it('a member whose join was never seen does not come back by a join from before they left', () => {
    const pipeline = new PurePipeline(GUILD, world.USERS);
    pipeline.take('GUILD_CREATE', world.guild({ members: [] }));
    pipeline.take('GUILD_MEMBER_REMOVE', left);
    pipeline.take('GUILD_MEMBER_ADD', joined('2025-03-01T09:00:00+00:00'));
    expectRights(pipeline, ADA, OPEN, NO);
    pipeline.take('GUILD_MEMBER_ADD', joined('2025-03-01T11:00:00+00:00'));
    expectRights(pipeline, ADA, OPEN, ALL);
  });

  it('a member who joins again has none of the former roles, and no rights until the roles are known', () => {
    const pipeline = known();
    pipeline.take('GUILD_MEMBER_REMOVE', left);
    pipeline.take('GUILD_MEMBER_ADD', { ...joined('2025-03-01T10:00:02+00:00'), roles: undefined });
    expect(pipeline.member(ADA)).toMatchObject({ left_at: null, role_ids: null });
    expectRights(pipeline, ADA, OPEN, NO);
  });
});

describe('a partly described role', () => {
  it.each([undefined, null, 5, '-1'])('a role keeps its permissions if they are %j', (permissions) => {
    const pipeline = known();
    const role = { ...world.role(GUILD, '0'), name: 'all', permissions };
    pipeline.take('GUILD_ROLE_UPDATE', { guild_id: GUILD, role });
    expectRights(pipeline, BEN, OPEN, ALL);
    expect(pipeline.rows.roles.rows.get(GUILD as never)).toMatchObject({ name: 'all' });
  });

  it('a role with unknown permissions grants nothing, but overwrites can deny it', () => {
    const pipeline = known();
    const id = '900000000000000032';
    pipeline.take('GUILD_ROLE_CREATE', { guild_id: GUILD, role: { id, name: 'new' } });
    pipeline.take('GUILD_MEMBER_UPDATE', { ...world.member(BEN, [id]), guild_id: GUILD });
    expectRights(pipeline, BEN, OPEN, ALL);
    const closed = { permission_overwrites: [world.overwrite(id, 0, '0', world.VIEW)] };
    pipeline.take('CHANNEL_UPDATE', world.channel(OPEN, closed));
    expectRights(pipeline, BEN, OPEN, NO);
  });
});

describe('partly listed threads', () => {
  const list = (changes: object) => ({
    guild_id: GUILD,
    threads: Object.values(world.THREADS),
    members: [],
    ...changes,
  });

  it.each([
    [{ threads: [world.THREADS[PRIVATE_THREAD], { type: 11 }] }],
    [{ threads: undefined }],
    [{ threads: null }],
    [{ threads: [], channel_ids: null }],
    [{ threads: [], channel_ids: 'x' }],
    [{ threads: [], channel_ids: ['x'] }],
  ])('partly listed threads are not archived by %j', (changes) => {
    const pipeline = known();
    pipeline.take('THREAD_LIST_SYNC', list(changes));
    expect(pipeline.channel(THREAD)).toMatchObject({ archived: false });
  });

  it('partly listed threads are archived by a complete list', () => {
    const pipeline = known();
    pipeline.take('THREAD_LIST_SYNC', list({ threads: [], channel_ids: [OPEN, 'x'] }));
    expect(pipeline.channel(THREAD)).toMatchObject({ archived: true });
    expect(pipeline.channel(world.STAFF_THREAD)).toMatchObject({ archived: false });
  });

  it.each([{}, { thread_metadata: null }, { thread_metadata: 5 }])(
    'partly listed threads stay archived with %j',
    (changes) => {
      const pipeline = known();
      const thread_metadata = { archived: true, locked: true };
      pipeline.take('THREAD_UPDATE', world.thread(THREAD, OPEN, { thread_metadata }));
      const { thread_metadata: _all, ...rest } = world.thread(THREAD, OPEN, { name: 'new' });
      pipeline.take('THREAD_UPDATE', { ...rest, ...changes });
      expect(pipeline.channel(THREAD)).toMatchObject({ name: 'new', archived: true, locked: true });
    },
  );

  it.each([undefined, null, 'x'])(
    'partly listed threads stay private and under their channel if type and parent are %j',
    (value) => {
      const pipeline = known();
      pipeline.take('THREAD_UPDATE', world.thread(PRIVATE_THREAD, OPEN, { type: value, parent_id: value }));
      expectRights(pipeline, BEN, PRIVATE_THREAD, NO);
      expectRights(pipeline, ADA, PRIVATE_THREAD, ALL);
    },
  );
});

describe('a partly described voice state', () => {
  it.each([undefined, 5, 'x'])(
    'a voice state leaves the user in their room if the channel is %j',
    (channel_id) => {
      const pipeline = known();
      pipeline.take('VOICE_STATE_UPDATE', { guild_id: GUILD, user_id: BEN, channel_id, self_mute: false });
      expect(pipeline.rows.voice.rows.all()).toMatchObject([
        { user_id: BEN, channel_id: ROOM, state: { selfMute: false, mute: true } },
      ]);
    },
  );

  it('a list of voice states leaves users in their room if the listed room cannot be read', () => {
    const pipeline = known();
    pipeline.take('GUILD_CREATE', world.guild({ voice_states: [{ user_id: BEN, channel_id: 5 }] }));
    expect(pipeline.rows.voice.rows.all()).toMatchObject([{ user_id: BEN, channel_id: ROOM }]);
  });
});

describe('a partly described message', () => {
  const row = (pipeline: PurePipeline) => pipeline.rows.messages.rows.get(world.MESSAGE as never)!;

  it('a message keeps what an update omits or what is unreadable in it', () => {
    const pipeline = known();
    pipeline.take('MESSAGE_CREATE', world.message());
    const before = row(pipeline);
    const odd = Object.fromEntries(Object.keys(world.message()).map((key) => [key, { odd: true }]));
    const { id, channel_id, guild_id } = world.message();
    pipeline.take('MESSAGE_UPDATE', { ...odd, id, channel_id, guild_id, content: 'new', mention_roles: [] });
    const { content, mentions, ...rest } = row(pipeline);
    expect(content).toBe('new');
    expect(mentions).toEqual({ users: [BEN], roles: [], channels: [], everyone: false });
    expect({ ...rest, seq: 0, revision: 0, content_seq: 0 }).toEqual({
      ...Object.fromEntries(
        Object.entries(before).filter(([key]) => key !== 'content' && key !== 'mentions'),
      ),
      seq: 0,
      revision: 0,
      content_seq: 0,
    });
  });

  it('a message is shown once its creation is known, with what was recorded before', () => {
    const pipeline = known();
    pipeline.take('MESSAGE_CREATE', world.message({ author: null }));
    expect(row(pipeline)).toMatchObject({ partial: true, content: 'hello', pinned: true });
    pipeline.take('MESSAGE_CREATE', world.message({ pinned: undefined }));
    expect(row(pipeline)).toMatchObject({ partial: false, author_id: ADA, pinned: true });
  });
});
