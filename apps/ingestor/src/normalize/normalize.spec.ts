import { EVENT_VERSIONS, type RelayEvent } from '@discord-relay/contracts';
import {
  channel,
  CHANNEL_ID,
  dispatch,
  guild,
  GUILD_ID,
  message,
  MESSAGE_ID,
  USER_ID,
} from '../testing/dispatches.js';
import { dispatchLabel, normalize } from './normalize.js';

const EVERYTHING = '18446744073709551615';
const CONTEXT = { receivedAt: '2025-03-01T10:00:01.000Z', shardId: 2, sessionId: 'abc' };

const given = (t: string, d: unknown, s = 7) => normalize(dispatch(t, d, s), CONTEXT);

function eventsOf(t: string, d: unknown): RelayEvent[] {
  const result = given(t, d);
  if (!result.ok) throw new Error(`skipped: ${result.reason}`);
  return result.events;
}

const eventOf = (t: string, d: unknown): RelayEvent => eventsOf(t, d)[0]!;

describe('normalize: messages', () => {
  it('MESSAGE_CREATE becomes a message.created under its natural id, with Discord’s time', () => {
    expect(eventsOf('MESSAGE_CREATE', message())).toEqual([
      {
        specversion: '1.0',
        id: `message.created:${MESSAGE_ID}`,
        source: 'discord-gateway',
        type: 'message.created',
        typeversion: EVENT_VERSIONS['message.created'],
        time: '2025-03-01T10:00:00.123Z',
        receivedat: CONTEXT.receivedAt,
        datacontenttype: 'application/json',
        guildid: GUILD_ID,
        channelid: CHANNEL_ID,
        shardid: 2,
        sessionid: 'abc',
        discordseq: 7,
        data: {
          id: MESSAGE_ID,
          channelId: CHANNEL_ID,
          guildId: GUILD_ID,
          author: { id: USER_ID, username: 'ada', globalName: 'Ada', avatar: null, bot: false },
          content: 'hello',
          createdAt: '2025-03-01T10:00:00.123Z',
          editedAt: null,
          messageType: 0,
          flags: 0,
          pinned: false,
          webhookId: null,
          attachments: [],
          embeds: [],
          components: [],
          stickerItems: [],
          poll: null,
          mentions: { users: [], roles: [], channels: [], everyone: false },
          reference: null,
        },
      },
    ]);
  });

  it('the creation time comes from the id if the timestamp is not a date', () => {
    expect(eventOf('MESSAGE_CREATE', message({ timestamp: 'soon' })).time).toBe('2024-10-27T07:35:52.832Z');
  });

  it('a reference to a message keeps ids, and nobody else’s content', () => {
    const secret = message({ content: 'secret' });
    const data = eventOf(
      'MESSAGE_CREATE',
      message({
        message_reference: { message_id: '5', channel_id: CHANNEL_ID, guild_id: GUILD_ID },
        referenced_message: secret,
        message_snapshots: [{ message: secret }],
        mentions: [{ id: '6', username: 'secret' }],
      }),
    ).data;
    expect(data).toMatchObject({ reference: { messageId: '5', channelId: CHANNEL_ID, guildId: GUILD_ID } });
    expect(JSON.stringify(data)).not.toContain('secret');
  });

  it('4 MB of content are cut to the limit, and the event is kept', () => {
    const data = eventOf('MESSAGE_CREATE', message({ content: 'x'.repeat(4_000_000) })).data;
    expect((data as { content: string }).content).toHaveLength(16_384);
  });

  it('attachments lose their signatures, and unreadable ones are counted', () => {
    const file = {
      id: '9',
      filename: 'a.png',
      size: 12,
      url: 'https://cdn/a.png?ex=1',
      content_type: 'image/png',
    };
    const attachments = [...Array.from({ length: 52 }, () => file), { filename: 'no id' }];
    const result = given('MESSAGE_CREATE', message({ attachments }));
    expect(result).toMatchObject({ ok: true, droppedParts: 3 });
    const { data } = eventOf('MESSAGE_CREATE', message({ attachments: [file] }));
    expect(data).toMatchObject({ attachments: [{ id: '9', sizeBytes: 12, url: 'https://cdn/a.png' }] });
    expect((data as { attachments: object[] }).attachments[0]).not.toHaveProperty('description');
  });

  it('the author’s description of an attachment is kept', () => {
    const file = { id: '9', filename: 'a.png', size: 12, url: 'https://cdn/a.png', description: 'A cat' };
    const { data } = eventOf('MESSAGE_CREATE', message({ attachments: [file] }));
    expect(data).toMatchObject({ attachments: [{ id: '9', description: 'A cat' }] });
  });

  it('MESSAGE_UPDATE becomes a patch of exactly the keys that Discord sent', () => {
    const update = { id: MESSAGE_ID, channel_id: CHANNEL_ID, guild_id: GUILD_ID, pinned: true };
    const event = eventOf('MESSAGE_UPDATE', update);
    expect(event).toMatchObject({ id: 'message.updated:abc:7:0', time: CONTEXT.receivedAt });
    expect(event.data).toEqual({ id: MESSAGE_ID, channelId: CHANNEL_ID, guildId: GUILD_ID, pinned: true });
  });

  it('keys of an update with an undocumented shape are omitted and counted', () => {
    const update = message({
      content: 5,
      flags: 'x',
      embeds: 'y',
      edited_timestamp: '2025-03-01T11:00:00+00:00',
    });
    expect(given('MESSAGE_UPDATE', update)).toMatchObject({ ok: true, droppedParts: 3 });
    const { data } = eventOf('MESSAGE_UPDATE', update);
    expect(data).not.toHaveProperty('content');
    expect(data).not.toHaveProperty('embeds');
    expect(data).toMatchObject({ editedAt: '2025-03-01T11:00:00.000Z' });
  });

  it('a deletion and a bulk deletion become one event each', () => {
    const place = { channel_id: CHANNEL_ID, guild_id: GUILD_ID };
    expect(eventOf('MESSAGE_DELETE', { id: MESSAGE_ID, ...place })).toMatchObject({
      id: `message.deleted:${MESSAGE_ID}`,
      data: { id: MESSAGE_ID, channelId: CHANNEL_ID, guildId: GUILD_ID },
    });
    expect(given('MESSAGE_DELETE_BULK', { ids: ['1', 'x', '2'], ...place })).toMatchObject({
      droppedParts: 1,
      events: [{ id: 'message.bulk_deleted:abc:7:0', data: { ids: ['1', '2'] } }],
    });
  });
});

describe('normalize: messages that are partly unreadable', () => {
  it.each([{ author: undefined }, { author: { username: 'ada' } }, { content: undefined }, { content: 5 }])(
    'a message with %j is recorded as an update, without what is not known',
    (changes) => {
      const result = given('MESSAGE_CREATE', message(changes));
      expect(result).toMatchObject({
        ok: true,
        events: [{ type: 'message.updated', data: { pinned: false } }],
      });
      expect(eventOf('MESSAGE_CREATE', message(changes)).data).not.toHaveProperty(Object.keys(changes)[0]!);
    },
  );

  it.each([
    ['webhook_id', 'webhookId'],
    ['poll', 'poll'],
    ['message_reference', 'reference'],
    ['attachments', 'attachments'],
  ])('nothing is recorded about an unreadable %s', (key, part) => {
    for (const t of ['MESSAGE_CREATE', 'MESSAGE_UPDATE']) {
      expect(given(t, message({ [key]: 5 }))).toMatchObject({ ok: true, droppedParts: 1 });
      expect(eventOf(t, message({ [key]: 5 })).data).not.toHaveProperty(part);
    }
  });

  it('the readable ones of several mentions are recorded', () => {
    const update = message({ mentions: undefined, mention_everyone: 'x', mention_roles: ['5'] });
    expect(eventOf('MESSAGE_UPDATE', update).data).toMatchObject({ mentions: { roles: ['5'] } });
    expect(eventOf('MESSAGE_UPDATE', update).data).not.toHaveProperty('mentions.users');
  });

  it.each([
    [{ id: 5, name: 'ours' }, undefined, 'malformed'],
    [{ id: null, name: '❤️' }, 'x', 'malformed'],
  ])('no reaction is recorded for emoji %j and burst %j, rather than another one', (emoji, burst, reason) => {
    const on = { channel_id: CHANNEL_ID, guild_id: GUILD_ID, message_id: MESSAGE_ID, user_id: USER_ID };
    expect(given('MESSAGE_REACTION_REMOVE', { ...on, emoji, burst })).toEqual({ ok: false, reason });
  });
});

describe('normalize: guilds and channels', () => {
  it('GUILD_CREATE becomes the guild followed by each of its channels', () => {
    const second = channel({ id: '5', guild_id: undefined, name: 'random' });
    const events = eventsOf('GUILD_CREATE', guild({ channels: [channel({ guild_id: undefined }), second] }));
    expect(events.map(({ id, type, channelid }) => ({ id, type, channelid }))).toEqual([
      { id: 'guild.synced:abc:7:0', type: 'guild.synced', channelid: undefined },
      { id: 'channel.synced:abc:7:1', type: 'channel.synced', channelid: CHANNEL_ID },
      { id: 'channel.synced:abc:7:2', type: 'channel.synced', channelid: '5' },
    ]);
    expect(events[0]!.data).toMatchObject({ ownerId: USER_ID, channelIds: [CHANNEL_ID, '5'] });
    expect(events[1]!.data).toMatchObject({ guildId: GUILD_ID, topic: 'all of it', position: 3 });
  });

  it('the roles and the users in rooms are listed only if all of their ids are readable', () => {
    const roles = [{ id: '8', permissions: '0' }];
    const voice_states = [{ user_id: USER_ID, channel_id: CHANNEL_ID }];
    const synced = (fields: Record<string, unknown>) => eventsOf('GUILD_CREATE', guild(fields))[0]!.data;
    expect(synced({ roles, voice_states })).toMatchObject({ roleIds: ['8'], voiceUserIds: [USER_ID] });
    expect(synced({ roles: [...roles, { id: '9' }] })).toMatchObject({ roleIds: ['8', '9'] });
    const unreadable = synced({ roles: [...roles, { id: 9 }], voice_states: undefined });
    expect(unreadable).not.toHaveProperty('roleIds');
    expect(unreadable).not.toHaveProperty('voiceUserIds');
  });

  it.each([
    ['GUILD_CREATE', { id: GUILD_ID, unavailable: true }, 'guild.unavailable'],
    ['GUILD_DELETE', { id: GUILD_ID, unavailable: true }, 'guild.unavailable'],
    ['GUILD_DELETE', { id: GUILD_ID }, 'guild.left'],
    ['GUILD_UPDATE', guild(), 'guild.updated'],
    ['CHANNEL_UPDATE', channel(), 'channel.updated'],
  ])('%s %j becomes a repeatable %s', (t, d, type) => {
    expect(eventOf(t, d)).toMatchObject({ type, id: `${type}:abc:7:0`, guildid: GUILD_ID });
  });

  it.each([
    ['CHANNEL_CREATE', 'channel.created'],
    ['CHANNEL_DELETE', 'channel.deleted'],
  ])('%s becomes a %s under its natural id', (t, type) => {
    expect(eventOf(t, channel())).toMatchObject({ type, id: `${type}:${CHANNEL_ID}`, channelid: CHANNEL_ID });
  });

  it('tags of a forum contain their name and emoji; an unreadable one is left out and counted', () => {
    const tag = { id: '71', name: 'Solved', moderated: true, emoji_id: null, emoji_name: '✅' };
    const available_tags = [tag, { id: '72', name: 'Bug', emoji_id: '9', emoji_name: null }, { id: 'x' }];
    const forum = channel({ type: 15, available_tags });
    expect(given('CHANNEL_UPDATE', forum)).toMatchObject({ ok: true, droppedParts: 1 });
    expect(eventOf('CHANNEL_UPDATE', forum).data).toMatchObject({
      availableTags: [
        { id: '71', name: 'Solved', moderated: true, emojiId: null, emojiName: '✅' },
        { id: '72', name: 'Bug', moderated: false, emojiId: '9', emojiName: null },
      ],
    });
  });

  it('overwrites are read as decimal strings', () => {
    expect(eventOf('CHANNEL_UPDATE', channel()).data).toMatchObject({
      overwrites: [{ id: GUILD_ID, type: 'role', allow: '0', deny: '1024' }],
    });
  });

  it.each([
    [{ id: GUILD_ID, type: 0, deny: '1024' }, [{ type: 'role', allow: '0', deny: '1024' }], 0],
    [{ id: GUILD_ID, type: 1, allow: '1024' }, [{ type: 'member', allow: '1024', deny: '0' }], 0],
    [{ id: GUILD_ID, type: 0, allow: '0', deny: 1024 }, [{ type: 'role', allow: '0', deny: EVERYTHING }], 1],
    [{ id: GUILD_ID, type: 0, allow: 8, deny: '1024' }, [{ type: 'role', allow: '0', deny: '1024' }], 1],
    [
      { id: GUILD_ID, type: 2, allow: '8', deny: '1024' },
      [
        { type: 'role', allow: '0', deny: EVERYTHING },
        { type: 'member', allow: '0', deny: EVERYTHING },
      ],
      1,
    ],
    [{ type: 0, allow: '0', deny: '1024' }, null, 1],
    ['x', null, 1],
  ])('an unreadable overwrite denies at least what %j denies', (overwrite, overwrites, droppedParts) => {
    const d = channel({ permission_overwrites: [overwrite] });
    expect(given('CHANNEL_UPDATE', d)).toMatchObject({
      ok: true,
      events: [{ data: { overwrites } }],
      droppedParts,
    });
    expect(given('GUILD_CREATE', guild({ channels: [d] }))).toMatchObject({ ok: true, droppedParts });
  });

  it.each([undefined, null, 'x', {}])('overwrites that are %j count as unknown', (permission_overwrites) => {
    expect(eventOf('CHANNEL_UPDATE', channel({ permission_overwrites })).data).not.toHaveProperty(
      'overwrites',
    );
  });

  it.each([
    [undefined, 'guild.left'],
    [false, 'guild.left'],
    [null, 'guild.left'],
    ['true', 'guild.left'],
    [true, 'guild.unavailable'],
  ])('a GUILD_DELETE with unavailable %j and the whole guild in it is treated as %s', (unavailable, type) => {
    expect(eventOf('GUILD_DELETE', guild({ unavailable }))).toMatchObject({ type, guildid: GUILD_ID });
  });

  it('a channel without a type is treated as a room if it has keys that only rooms have', () => {
    const typeless = channel({ type: undefined });
    expect(eventOf('CHANNEL_UPDATE', typeless)).toMatchObject({ type: 'channel.updated' });
    expect(eventOf('CHANNEL_UPDATE', typeless).data).not.toHaveProperty('channelType');
    expect(eventOf('CHANNEL_UPDATE', { ...typeless, user_limit: 5 })).toMatchObject({
      type: 'room.updated',
      data: { userLimit: 5 },
    });
  });
});

describe('normalize: audit log entries', () => {
  const entry = { id: '1234', guild_id: GUILD_ID, user_id: USER_ID, target_id: '99', reason: 'spam' };
  const read = (fields: object) => eventOf('GUILD_AUDIT_LOG_ENTRY_CREATE', { ...entry, ...fields }).data;

  it('audit log entries contain who did what to whom and why', () => {
    const data = { id: '1234', guildId: GUILD_ID, userId: USER_ID, targetId: '99', actionType: 22 };
    expect(read({ action_type: 22 })).toEqual({ ...data, reason: 'spam' });
  });

  it('an audit log entry of a timeout contains its end, or that it was removed', () => {
    const change = { key: 'communication_disabled_until' };
    const until = '2025-03-01T11:00:00.000Z';
    const changes = [{ ...change, new_value: '2025-03-01T12:00:00+01:00' }];
    expect(read({ action_type: 24, changes })).toMatchObject({ timedOutUntil: until });
    expect(read({ action_type: 24, changes: [{ ...change, old_value: until }] })).toMatchObject({
      timedOutUntil: null,
    });
    expect(read({ action_type: 24, changes: [{ key: 'nick', new_value: 'x' }] })).not.toHaveProperty(
      'timedOutUntil',
    );
  });

  it('an audit log entry about roles contains those added and those removed', () => {
    const changes = [
      { key: '$add', new_value: [{ id: '5', name: 'staff' }] },
      { key: '$remove', new_value: [{ id: '6', name: 'guest' }, { name: 'no id' }] },
    ];
    expect(read({ action_type: 25, changes })).toMatchObject({ addedRoleIds: ['5'], removedRoleIds: ['6'] });
    expect(given('GUILD_AUDIT_LOG_ENTRY_CREATE', { ...entry, action_type: 25, changes })).toMatchObject({
      droppedParts: 1,
    });
  });

  it('audit log entries contain channel, count and rule, from options that are all text', () => {
    const options = { channel_id: CHANNEL_ID, count: '3', auto_moderation_rule_name: 'no links' };
    expect(read({ action_type: 72, options })).toMatchObject({
      channelId: CHANNEL_ID,
      count: 3,
      ruleName: 'no links',
    });
    expect(read({ action_type: 21, options: { members_removed: '40' } })).toMatchObject({ count: 40 });
    expect(read({ action_type: 72, options: { count: 'many' } })).not.toHaveProperty('count');
  });
});

describe('normalize: dispatches that are not recorded', () => {
  it.each([
    ['TYPING_START', {}, 'not_recorded'],
    ['READY', {}, 'not_recorded'],
    ['SOMETHING_NEW', {}, 'unknown_dispatch'],
    ['MESSAGE_CREATE', message({ guild_id: undefined }), 'not_in_a_guild'],
    ['CHANNEL_CREATE', channel({ guild_id: undefined }), 'not_in_a_guild'],
    ['MESSAGE_CREATE', message({ id: 5 }), 'malformed'],
    ['MESSAGE_DELETE_BULK', { ids: [], channel_id: CHANNEL_ID, guild_id: GUILD_ID }, 'malformed'],
    ['GUILD_CREATE', { id: '99999999999999999999' }, 'malformed'],
    ['GUILD_CREATE', null, 'malformed'],
    ['GUILD_CREATE', [], 'malformed'],
  ])('%s %j is skipped as %s', (t, d, reason) => {
    expect(given(t, d)).toEqual({ ok: false, reason });
  });

  it('unknown types share one metric label', () => {
    expect(dispatchLabel('MESSAGE_CREATE')).toBe('MESSAGE_CREATE');
    expect(dispatchLabel('SOMETHING_NEW')).toBe('unknown');
    expect(dispatchLabel({ toString: null })).toBe('unknown');
  });
});
