import type { RelayEvent, Snowflake } from '@discord-relay/contracts';
import {
  AT,
  channel,
  CHANNEL,
  created,
  deleted,
  edited,
  event,
  guild,
  GUILD,
  id,
  message,
  thread,
  user,
} from '../testing/events.js';
import { fold, LoadedRows, rowsRequiredBy, WorkingSet } from './index.js';

const T1 = '2025-01-01T00:01:00.000Z';
const T2 = '2025-01-01T00:02:00.000Z';

/** Folds events with stream sequences 1, 2, 3… onto empty tables. */
function given(...events: RelayEvent[]) {
  const rows = new WorkingSet(new LoadedRows());
  events.forEach((each, i) => fold(each).forEach((op) => rows.apply(op, i + 1)));
  return {
    message: (messageId: number) => rows.messages.rows.get(id(messageId)),
    channel: (channelId: number) => rows.channels.rows.get(id(channelId)),
    guild: rows.guilds.rows.get(GUILD),
    threadMembers: rows.threadMembers,
    changes: rows.changes,
    kinds: rows.changes.map(({ kind, seq }) => [kind, seq]),
  };
}

describe('messages', () => {
  it('a creation makes a row and is announced', () => {
    const { message: row, changes } = given(created(1));
    expect(row(1)).toMatchObject({ content: 'message 1', author_username: 'ada', partial: false, seq: 1 });
    expect(changes).toEqual([
      {
        kind: 'message',
        guildId: GUILD,
        channelId: CHANNEL,
        feed: `c:${CHANNEL}`,
        seq: 1,
        prev: 0,
        guildPrev: 0,
        body: {
          id: '1',
          content: 'message 1',
          author: { id: '7', username: 'ada' },
          timestamp: AT,
          editedTimestamp: null,
          pinned: false,
          revision: 0,
          channelId: CHANNEL,
          serverId: GUILD,
        },
      },
    ]);
  });

  it('a creation that is in the log twice is announced once', () => {
    const once = created(1);
    const { message: row, kinds } = given(once, once);
    expect(kinds).toEqual([['message', 1]]);
    expect(row(1)?.seq).toBe(1);
  });

  it('an edit changes what it contains and nothing else', () => {
    const { message: row, changes } = given(created(1), edited(1, 'new', T1));
    expect(row(1)).toMatchObject({ content: 'new', edited_at: T1, author_username: 'ada', seq: 2 });
    expect(changes[1]).toMatchObject({
      kind: 'message_update',
      prev: 1,
      guildPrev: 1,
      body: { id: '1', content: 'new', editedTimestamp: T1, channelId: CHANNEL, serverId: GUILD },
    });
    expect(changes[1]!.body).not.toHaveProperty('author');
  });

  it('an edit without a difference is not announced', () => {
    const edit = edited(1, 'new', T1);
    expect(given(created(1), edit, edit).kinds).toEqual([
      ['message', 1],
      ['message_update', 2],
    ]);
  });

  it('an embed that resolves is an update although the message was not edited', () => {
    const embeds = event('message.updated', {
      id: id(1),
      channelId: CHANNEL,
      guildId: GUILD,
      embeds: [{ title: 'x' }],
    });
    const { message: row, kinds } = given(created(1), edited(1, 'new', T1), embeds);
    expect(row(1)).toMatchObject({ content: 'new', edited_at: T1, embeds: [{ title: 'x' }] });
    expect(kinds.at(-1)).toEqual(['message_update', 3]);
  });

  it('an older edit that comes late does not undo a newer one', () => {
    const { message: row, kinds } = given(created(1), edited(1, 'second', T2), edited(1, 'first', T1));
    expect(row(1)).toMatchObject({ content: 'second', edited_at: T2, seq: 2 });
    expect(kinds).toHaveLength(2);
  });

  it('a creation that comes again does not undo an edit', () => {
    const { message: row, kinds } = given(created(1), edited(1, 'new', T1), created(1));
    expect(row(1)).toMatchObject({ content: 'new', seq: 2 });
    expect(kinds).toHaveLength(2);
  });

  it('history that was edited during a gap is an update', () => {
    const { message: row, kinds } = given(created(1), created(1, { content: 'new', editedAt: T1 }));
    expect(row(1)).toMatchObject({ content: 'new', edited_at: T1 });
    expect(kinds).toEqual([
      ['message', 1],
      ['message_update', 2],
    ]);
  });

  it('an update of an unknown message creates a row from its fields', () => {
    const { message: row, kinds } = given(edited(1, 'new', T1));
    expect(row(1)).toMatchObject({ content: 'new', author: null, partial: true });
    expect(row(1)?.created_at).toBe('2015-01-01T00:00:00.000Z');
    expect(kinds).toEqual([['message_update', 1]]);
  });

  it('the creation that follows its own edit completes the row and keeps the edit', () => {
    const { message: row, changes } = given(edited(1, 'new', T1), created(1));
    expect(row(1)).toMatchObject({ content: 'new', edited_at: T1, author_username: 'ada', partial: false });
    expect(changes.at(-1)).toMatchObject({ kind: 'message', seq: 2, prev: 1, body: { content: 'new' } });
  });

  it('a deletion keeps ids and times, not content', () => {
    const { message: row, kinds } = given(created(1, { reference: null, embeds: [{}] }), deleted(1));
    expect(row(1)).toMatchObject({
      id: '1',
      channel_id: CHANNEL,
      created_at: AT,
      deleted_at: AT,
      content: null,
      author: null,
      author_id: null,
      author_username: null,
      attachments: null,
      embeds: null,
    });
    expect(kinds.at(-1)).toEqual(['message_delete', 2]);
  });

  it('a deleted message stays deleted, whatever comes after', () => {
    const after = [created(1), edited(1, 'new', T1), deleted(1), created(1)];
    const { message: row, kinds } = given(created(1), deleted(1), ...after);
    expect(row(1)).toMatchObject({ content: null, deleted_at: AT, seq: 2 });
    expect(kinds).toHaveLength(2);
  });

  it('a deletion of an unknown message leaves a tombstone that outlives its creation', () => {
    const { message: row, kinds } = given(deleted(1), created(1));
    expect(row(1)).toMatchObject({ deleted_at: AT, content: null, seq: 1 });
    expect(kinds).toEqual([['message_delete', 1]]);
  });

  it('a bulk deletion announces those that were not deleted before, in one change', () => {
    const bulk = event('message.bulk_deleted', {
      ids: [id(1), id(2), id(2), id(3)],
      channelId: CHANNEL,
      guildId: GUILD,
    });
    const { changes } = given(created(1), created(2), deleted(1), bulk, bulk);
    expect(changes.slice(3)).toMatchObject([{ kind: 'message_delete', seq: 4, body: { ids: ['2', '3'] } }]);
  });

  it('an event that is not newer than the row is not applied', () => {
    const rows = new WorkingSet(new LoadedRows());
    for (const op of [...fold(created(1)), ...fold(deleted(1))]) rows.apply(op, 9);
    expect(rows.messages.rows.all()).toMatchObject([{ deleted_at: null, seq: 9 }]);
    expect(rows.changes).toMatchObject([{ kind: 'message' }]);
  });

  it('each feed and each guild is one chain', () => {
    const other = { channelId: id(201) };
    const { changes } = given(created(1), created(2, other), created(3), edited(2, 'new', T1, other));
    expect(changes.map(({ feed, prev, guildPrev }) => [feed, prev, guildPrev])).toEqual([
      ['c:200', 0, 0],
      ['c:201', 0, 1],
      ['c:200', 1, 2],
      ['c:201', 2, 3],
    ]);
  });

  it('data that does not match its type is rejected, not stored', () => {
    expect(() => fold(created(1, { createdAt: 'yesterday' }))).toThrow(RangeError);
    expect(() => fold(event('message.created', { ...message(1), author: undefined as never }))).toThrow(
      TypeError,
    );
  });
});

describe('rowsRequiredBy', () => {
  const idsLookedUp = (event: RelayEvent, highestMessageId?: Snowflake): unknown => {
    const queries = rowsRequiredBy(fold(event), highestMessageId).queries();
    return queries.find(({ read }) => read.name === 'read_messages')?.parameters;
  };

  it('a creation is looked up unless its id is above the highest stored one', () => {
    expect(idsLookedUp(created(10))).toEqual([['10']]);
    expect(idsLookedUp(created(10), id(10))).toEqual([['10']]);
    expect(idsLookedUp(created(10), id(9))).toBeUndefined();
  });

  it('a message that an event changes is always looked up', () => {
    expect(idsLookedUp(edited(10, 'new', T1), id(9))).toEqual([['10']]);
    expect(idsLookedUp(deleted(10), id(9))).toEqual([['10']]);
  });
});

describe('channels', () => {
  const synced = (channelId: number) => event('channel.synced', channel(channelId));
  const gone = event('channel.deleted', { id: id(200), guildId: GUILD });

  it('a channel that is described again without a difference is not announced', () => {
    const { kinds } = given(synced(200), synced(200), event('channel.updated', channel(200)));
    expect(kinds).toEqual([['channel_update', 1]]);
  });

  it('a channel change is announced in the feed of the guild', () => {
    const { changes } = given(synced(200), event('channel.updated', channel(200, { name: 'renamed' })));
    expect(changes[1]).toMatchObject({
      feed: `g:${GUILD}`,
      channelId: null,
      prev: 1,
      body: { id: '200', name: 'renamed', type: 0, serverId: GUILD, deleted: false },
    });
  });

  it('a deleted channel comes back only when Discord lists it', () => {
    expect(given(synced(200), gone, event('channel.updated', channel(200))).channel(200)).toMatchObject({
      deleted_at: AT,
      seq: 2,
    });
    expect(given(synced(200), gone, synced(200)).channel(200)).toMatchObject({ deleted_at: null, seq: 3 });
  });

  it('the deletion of an unknown channel leaves a tombstone and is not announced', () => {
    const { channel: row, kinds } = given(gone, event('channel.created', channel(200)));
    expect(row(200)).toMatchObject({ name: null, deleted_at: AT, seq: 1 });
    expect(kinds).toEqual([['access', 1]]);
  });

  it('channels that a synced guild no longer has are deleted, in one change', () => {
    const elsewhere = event('channel.synced', channel(300, { guildId: id(101) }));
    const { channel: row, changes } = given(
      synced(200),
      synced(201),
      synced(202),
      elsewhere,
      event('guild.synced', guild(GUILD, [id(201)])),
    );
    expect([200, 201, 202, 300].map((each) => row(each)?.deleted_at)).toEqual([AT, null, AT, null]);
    expect(changes.slice(4)).toMatchObject([
      { kind: 'guild_listed', seq: 5, body: { channels: [{ id: '200' }, { id: '202' }] } },
    ]);
  });
});

describe('guilds', () => {
  const synced = event('guild.synced', guild(GUILD));

  it('an outage keeps the guild', () => {
    const { guild: row } = given(synced, event('guild.unavailable', { id: GUILD }));
    expect(row).toMatchObject({ name: `guild-${GUILD}`, available: false, left_at: null });
  });

  it('a guild that was left is present again when it is synced, not after a late update', () => {
    const left = event('guild.left', { id: GUILD });
    const update = event('guild.updated', guild(GUILD));
    expect(given(synced, left, update).guild).toMatchObject({ left_at: AT });
    expect(given(synced, left, left, synced).guild).toMatchObject({ left_at: null, available: true, seq: 4 });
  });

  it('unknown properties of a guild are null', () => {
    expect(given(event('guild.unavailable', { id: GUILD })).guild).toMatchObject({
      name: null,
      owner_id: null,
    });
  });
});

describe('rooms and threads', () => {
  it('a room is stored as a channel, under both of its names', () => {
    const room = { ...channel(5), channelType: 2, userLimit: 9, bitrate: null };
    const { channel: row } = given(event('channel.created', channel(5)), event('room.updated', room));
    expect(row(5)).toMatchObject({ type: 2, name: 'channel-5', deleted_at: null, seq: 2 });
  });

  it('a thread is stored under its channel, and deleted with it', () => {
    const made = event('thread.created', thread(6));
    const gone = event('thread.deleted', { id: id(6), guildId: GUILD, parentId: CHANNEL });
    expect(given(made).channel(6)).toMatchObject({ type: 11, parent_id: CHANNEL, deleted_at: null });
    expect(given(made, gone).channel(6)).toMatchObject({ deleted_at: AT });
  });

  it('a thread that Discord does not list is archived, not deleted, unless its channel is gone', () => {
    const before = [event('channel.synced', channel(200)), event('thread.synced', thread(6))];
    const kept = given(...before, event('guild.synced', guild(GUILD, [CHANNEL])));
    expect(kept.channel(6)).toMatchObject({ deleted_at: null });
    const gone = given(...before, event('guild.synced', guild(GUILD, [])));
    expect(gone.channel(6)).toMatchObject({ deleted_at: AT });
  });
});

describe('what events say about channels besides their description', () => {
  const room = event('room.synced', { ...channel(5), channelType: 2, userLimit: 9, bitrate: 64_000 });
  const status = event('room.status_updated', { id: id(5), guildId: GUILD, status: 'open' });
  const pins = event('channel.pins_updated', { channelId: id(5), guildId: GUILD, lastPinAt: T1 });

  it('a description of a channel keeps what other events say about it, without an announcement', () => {
    const { channel: row, kinds } = given(room, status, pins, room);
    expect(row(5)).toMatchObject({ user_limit: 9, bitrate: 64_000, status: 'open', last_pin_at: T1 });
    expect(kinds).toEqual([['channel_update', 1]]);
  });

  it('other events about a channel are kept until the channel is described', () => {
    expect(given(pins).channel(5)).toMatchObject({ name: null, last_pin_at: T1, deleted_at: null });
    expect(given(pins, room).channel(5)).toMatchObject({ name: 'channel-5', last_pin_at: T1 });
  });
});

describe('threads', () => {
  const listed = (channelIds: number[] | null, threadIds: number[]) =>
    event('thread.list_synced', {
      guildId: GUILD,
      channelIds: channelIds && channelIds.map((n) => id(n)),
      threadIds: threadIds.map((n) => id(n)),
    });
  const before = [
    event('thread.synced', thread(6)),
    event('thread.synced', thread(7, { parentId: id(201) })),
  ];

  it('threads that are not listed as active are archived', () => {
    const { channel: row } = given(...before, listed([200], []));
    expect([row(6)?.archived, row(7)?.archived]).toEqual([true, false]);
    expect(given(...before, listed(null, [6])).channel(7)).toMatchObject({ archived: true });
  });

  const members = (added: number[], removed: number[], threadNumber = 6) =>
    event('thread.members_updated', {
      threadId: id(threadNumber),
      guildId: GUILD,
      added: added.map((n) => id(n)),
      removed: removed.map((n) => id(n)),
    });

  it('threads lose members who leave the guild, even threads without a description', () => {
    const left = event('member.left', { guildId: GUILD, user: user(id(7)) });
    const { threadMembers, channel: row } = given(...before, members([7, 8], []), members([7], [], 9), left);
    expect(threadMembers.leavers).toEqual([{ guild_id: GUILD, user_id: '7' }]);
    expect(threadMembers.added).toMatchObject([{ thread_id: '6', user_id: '8' }]);
    expect(row(9)).toMatchObject({ guild_id: GUILD, type: null, deleted_at: null });
    const back = given(...before, members([7], []), left, members([7], [])).threadMembers;
    expect(back.added).toMatchObject([{ thread_id: '6', user_id: '7' }]);
  });

  it('the members of a thread are known until it is deleted', () => {
    const gone = event('thread.deleted', { id: id(6), guildId: GUILD, parentId: CHANNEL });
    const { threadMembers } = given(...before, members([7, 8], []), members([], [8]));
    expect(threadMembers.added).toMatchObject([{ thread_id: '6', user_id: '7' }]);
    expect(threadMembers.removed).toEqual([{ thread_id: '6', user_id: '8' }]);
    const after = given(...before, members([7], []), gone, members([8], [])).threadMembers;
    expect([after.clearedThreads, after.added]).toEqual([['6'], []]);
  });
});
