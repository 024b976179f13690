import type { ImportedMessage, RelayEvent } from '@discord-relay/contracts';
import {
  CHANNEL,
  channel,
  created,
  deleted,
  edited,
  event,
  GUILD,
  guild,
  id,
  message,
} from '../../testing/events.js';
import { fold, LoadedRows, WorkingSet } from '../index.js';

const EARLIER = '2024-05-01T10:20:30.000Z';
const T1 = '2025-01-01T00:01:00.000Z';

const imported = (messageId: number, fields: Partial<ImportedMessage> = {}) =>
  event(
    'message.imported',
    { ...message(messageId, { createdAt: EARLIER }), exportedAt: null, ...fields },
    { time: EARLIER, receivedat: T1, source: 'discord-import' },
  );

const importedChannel = (channelId: number, channelType = 0) =>
  event('channel.imported', {
    ...{
      id: id(channelId),
      guildId: GUILD,
      name: 'old',
      channelType,
      topic: 'was',
      parentId: id(5),
      exportedAt: null,
    },
  });

function given(...events: RelayEvent[]) {
  const rows = new WorkingSet(new LoadedRows());
  events.forEach((each, i) => fold(each).forEach((op) => rows.apply(op, i + 1)));
  return rows;
}

const messageIn = (rows: WorkingSet, n: number) => rows.messages.rows.get(id(n));
const channelIn = (rows: WorkingSet, n: number) => rows.channels.rows.get(id(n));

describe('an imported message', () => {
  it('an imported message makes a complete row and is not announced', () => {
    const rows = given(imported(1));
    expect(messageIn(rows, 1)).toMatchObject({ content: 'message 1', partial: false, created_seq: 1 });
    expect(rows.changes).toEqual([]);
  });

  it('an imported message counts in the hour in which it was written, once', () => {
    const rows = given(imported(1), imported(1), created(1, { createdAt: EARLIER }));
    expect(rows.counts.rows).toEqual([
      expect.objectContaining({
        channel_id: CHANNEL,
        hour: '2024-05-01T10:00:00.000Z',
        messages: 1,
        edits: 0,
      }),
    ]);
  });

  it('an import marks the hour in which it was received as a position of the log', () => {
    expect(given(imported(1)).positions.rows).toEqual([
      { guild_id: GUILD, hour: '2025-01-01T00:00:00.000Z', seq: 1 },
    ]);
  });

  it('an edit of an imported message keeps the imported text as an earlier one and is announced', () => {
    const rows = given(imported(1), edited(1, 'new', T1));
    expect(messageIn(rows, 1)).toMatchObject({ content: 'new', edited_at: T1, revision: 1, content_seq: 2 });
    expect(rows.messages.revisions.added).toEqual([
      { message_id: id(1), revision: 0, content: 'message 1', edited_at: null, seq: 1 },
    ]);
    expect(rows.changes.map(({ kind }) => kind)).toEqual(['message_update']);
  });

  it('the creation that Discord sends replaces an import, which is no edit', () => {
    const rows = given(imported(1, { content: '@ada', editedAt: T1 }), created(1, { content: '<@7>' }));
    expect(messageIn(rows, 1)).toMatchObject({
      content: '<@7>',
      edited_at: null,
      revision: 0,
      imported: null,
    });
    expect(rows.messages.revisions.added).toEqual([]);
    expect(rows.changes.map(({ kind }) => kind)).toEqual(['message']);
  });

  it('revisions keep their numbers when the creation arrives after an import and an edit', () => {
    const rows = given(
      imported(1),
      edited(1, 'new', T1),
      created(1),
      edited(1, 'newest', '2025-01-01T00:02:00.000Z'),
    );
    expect(messageIn(rows, 1)).toMatchObject({ content: 'newest', revision: 2 });
    expect(rows.messages.revisions.added.map(({ revision, content }) => [revision, content])).toEqual([
      [0, 'message 1'],
      [1, 'new'],
    ]);
  });

  it('an import neither brings back a deleted message nor changes one that Discord sent', () => {
    const rows = given(deleted(1), imported(1), created(2), imported(2, { content: 'other', editedAt: T1 }));
    expect(messageIn(rows, 1)).toMatchObject({ content: null });
    expect(messageIn(rows, 2)).toMatchObject({ content: 'message 2', seq: 3 });
  });

  it('an import of another channel does not move a message', () => {
    const rows = given(imported(1), imported(1, { channelId: id(9), editedAt: T1 }));
    expect(messageIn(rows, 1)).toMatchObject({ channel_id: CHANNEL, seq: 1 });
  });
});

describe('an imported channel', () => {
  it('an imported channel is described by the export until Discord describes it', () => {
    expect(channelIn(given(importedChannel(300)), 300)).toMatchObject({
      name: 'old',
      type: 0,
      imported: true,
    });
    const rows = given(importedChannel(300), event('channel.synced', channel(300)), importedChannel(300));
    expect(channelIn(rows, 300)).toMatchObject({ name: 'channel-300', imported: false, seq: 2 });
  });

  it('nobody but the owner and administrators has rights in a channel that only an import describes', () => {
    expect(channelIn(given(importedChannel(300)), 300)!.overwrites).toBeNull();
  });

  it('a list of the present channels does not delete an imported one, but one that Discord deleted stays deleted', () => {
    const rows = given(importedChannel(300), event('guild.synced', guild(GUILD, [CHANNEL])));
    expect(channelIn(rows, 300)!.deleted_at).toBeNull();
    const gone = given(event('channel.deleted', { id: id(300), guildId: GUILD }), importedChannel(300));
    expect(channelIn(gone, 300)!.deleted_at).not.toBeNull();
  });

  it('an imported thread is archived', () => {
    expect(channelIn(given(importedChannel(300, 11)), 300)).toMatchObject({
      archived: true,
      parent_id: id(5),
    });
  });
});

it('the end of an import moves the feed of the guild, so that exports and caches notice it', () => {
  const completed = event('import.completed', { guildId: GUILD, channelId: CHANNEL, messages: 1 });
  expect(given(imported(1), completed).changes).toMatchObject([
    { kind: 'access', seq: 2, body: { access: [] } },
  ]);
});
