import type { ImportedMessage } from '@discord-relay/contracts';
import fc from 'fast-check';
import { ADA, CHANNEL, CHANNEL_ID, exported, GUILD, GUILD_ID, idOf, timeOf } from '../../testing/exports.js';
import { type ExportHeader, readHeader } from './read-header.js';
import { type LeftOut, nothingLeftOut, readMessage } from './read-exported-message.js';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');
const header = readHeader(
  new Map<string, unknown>([
    ['guild', GUILD],
    ['channel', CHANNEL],
  ]),
);

function read(value: unknown, of: ExportHeader = header): ImportedMessage & { left: LeftOut } {
  const left = nothingLeftOut();
  const result = readMessage(value, of, NOW_MS, left);
  if (!result.ok) throw new Error(result.reason);
  return { ...result.message, left };
}

function reasonOf(value: unknown): string {
  const result = readMessage(value, header, NOW_MS, nothingLeftOut());
  return result.ok ? 'imported' : result.reason;
}

/** A message as the first version of the exporter wrote it. */
const FIRST_VERSION = {
  id: idOf(1),
  type: 'Default',
  timestamp: '2024-01-01T02:01:00+02:00',
  timestampEdited: '2024-01-01T00:02:03.4567891+00:00',
  isPinned: true,
  content: 'old',
  author: { id: ADA.id, name: 'ada', discriminator: '1234', isBot: true, avatarUrl: 'avatars/1.png' },
  attachments: [
    {
      id: '5',
      url: 'https://cdn.discordapp.com/attachments/1/5/a.png?ex=1',
      fileName: 'a.png',
      fileSizeBytes: 10,
    },
  ],
  embeds: [],
  reactions: [{ emoji: { id: '', name: '\u{1f44d}', isAnimated: false, imageUrl: 'x' }, count: 3 }],
};

describe('readMessage', () => {
  it('readMessage reads a message of the first version of the exporter', () => {
    expect(read(FIRST_VERSION)).toMatchObject({
      id: idOf(1),
      channelId: CHANNEL_ID,
      guildId: GUILD_ID,
      author: { id: ADA.id, username: 'ada', avatar: null, bot: true },
      content: 'old',
      createdAt: timeOf(1),
      editedAt: '2024-01-01T00:02:03.456Z',
      messageType: 0,
      pinned: true,
      attachments: [
        {
          id: '5',
          filename: 'a.png',
          sizeBytes: 10,
          url: 'https://cdn.discordapp.com/attachments/1/5/a.png',
        },
      ],
      stickerItems: [],
      mentions: { users: [] },
      reference: null,
      reactions: [{ emoji: { id: null, name: '\u{1f44d}' }, count: 3, userIds: [] }],
      left: { reactionsWithoutUsers: 3 },
    });
  });

  it('readMessage does not say what an export does not say', () => {
    const message = read({ id: idOf(1), author: { id: ADA.id } });
    for (const key of ['messageType', 'pinned', 'flags', 'webhookId', 'components', 'poll'])
      expect(message).not.toHaveProperty(key);
    expect(message.author).toEqual({ id: ADA.id });
    expect(message.createdAt).toBe(timeOf(1));
  });

  it.each([
    ['2024-01-01T00:01:00Z', timeOf(1)],
    ['2024-01-01T00:01:00.1+00:00', '2024-01-01T00:01:00.100Z'],
    ['2024-01-01T00:01:00.123456789+00:00', '2024-01-01T00:01:00.123Z'],
    ['2023-12-31T16:01:00.0000000-08:00', timeOf(1)],
    ['2024-01-01T05:46:00+05:45', timeOf(1)],
    ['01/01/2024', timeOf(1)],
    [null, timeOf(1)],
  ])('readMessage reads the time %p, and takes it from the id if it cannot', (timestamp, time) => {
    expect(read(exported(1, { timestamp })).createdAt).toBe(time);
  });

  it.each([
    ['Reply', 19],
    ['ThreadCreated', 18],
    ['46', 46],
    [20, 20],
    ['PollResult', 46],
  ])('readMessage knows the type %p', (type, number) => {
    expect(read(exported(1, { type })).messageType).toBe(number);
  });

  it('readMessage leaves an unknown type open and counts it', () => {
    const message = read(exported(1, { type: 'SomethingNew' }));
    expect(message).not.toHaveProperty('messageType');
    expect(message.left.unknownTypes).toBe(1);
  });

  it.each([
    ['GuildMemberJoin', 'Joined the server.', ''],
    ['ChannelPinnedMessage', 'Pinned a message.', ''],
    ['ChannelNameChange', 'Changed the channel name: new-name', 'new-name'],
    ['Call', 'Started a call that lasted 1,234 minutes.', ''],
    ['8', 'thanks', 'thanks'],
    ['Default', 'Pinned a message.', 'Pinned a message.'],
  ])(
    'readMessage reads the content of a message of type %s without the sentence of the exporter',
    (type, content, read_) => {
      expect(read(exported(1, { type, content })).content).toBe(read_);
    },
  );

  it('readMessage reads reactions with their users, each once', () => {
    const emoji = { id: '77', name: 'wave', code: 'wave', isAnimated: true, imageUrl: 'x' };
    const users = [ADA, ADA, { id: 'not an id' }];
    const { reactions, left } = read(exported(1, { reactions: [{ emoji, count: 4, users }] }));
    expect(reactions).toEqual([
      { emoji: { id: '77', name: 'wave', animated: true }, count: 4, burstCount: 0, userIds: [ADA.id] },
    ]);
    expect(left.reactionsWithoutUsers).toBe(3);
  });

  it('readMessage keeps the reference of a forward and not its copy', () => {
    const reference = { type: 'Forward', messageId: '8', channelId: '9', guildId: null };
    const forwardedMessage = { content: 'of somebody else', attachments: [], embeds: [], stickers: [] };
    const message = read(exported(1, { content: '', reference, forwardedMessage }));
    expect(message.reference).toEqual({ type: 'forward', messageId: '8', channelId: '9', guildId: null });
    expect(JSON.stringify(message)).not.toContain('of somebody else');
    expect(message.left.forwardedCopies).toBe(1);
  });

  it('readMessage reads a reference without a type as that of a reply', () => {
    const message = read(
      exported(1, { type: 'Reply', reference: { messageId: '8', channelId: '9', guildId: '10' } }),
    );
    expect(message.reference).toMatchObject({ type: 'default', messageId: '8' });
  });

  it('readMessage replaces the path of a downloaded file by the address that follows from its ids', () => {
    const attachments = [
      { id: '5', url: 'archive.json_Files\\a b-1234.png', fileName: 'a b.png', fileSizeBytes: 1 },
    ];
    expect(read(exported(1, { attachments })).attachments![0]!.url).toBe(
      `https://cdn.discordapp.com/attachments/${CHANNEL_ID}/5/a%20b.png`,
    );
  });

  it('readMessage reads stickers of every version', () => {
    const stickers = ['Png', 'PngAnimated', 'Apng', 'Lottie', 'Gif', '9'].map((format, i) => ({
      id: `${i + 1}`,
      name: 's',
      format,
    }));
    expect(read(exported(1, { stickers })).stickerItems!.map(({ formatType }) => formatType)).toEqual([
      1, 2, 2, 3, 4, 9,
    ]);
  });

  it('readMessage reads embeds in the form of Discord', () => {
    const image = {
      url: 'https://proxy.example/i.png',
      canonicalUrl: 'https://example.com/i.png',
      width: 2,
      height: 3,
    };
    const embed = {
      ...{
        title: 'title',
        url: 'https://example.com',
        timestamp: '2024-01-01T00:00:00+00:00',
        description: '',
        color: '#FF00aa',
      },
      author: {
        name: 'ada',
        url: null,
        iconUrl: 'icons/1.png',
        iconCanonicalUrl: 'https://example.com/icon.png',
      },
      thumbnail: { url: 'thumbs/1.png', width: 1, height: 1 },
      footer: { text: 'foot' },
      images: [image, { ...image, canonicalUrl: 'https://example.com/2.png' }],
      fields: [{ name: 'n', value: 'v', isInline: true }],
      inlineEmojis: [],
    };
    expect(read(exported(1, { embeds: [embed] })).embeds).toEqual([
      {
        ...{
          title: 'title',
          url: 'https://example.com',
          timestamp: '2024-01-01T00:00:00.000Z',
          color: 0xff00aa,
        },
        author: { name: 'ada', icon_url: 'https://example.com/icon.png' },
        image: {
          url: 'https://example.com/i.png',
          proxy_url: 'https://proxy.example/i.png',
          width: 2,
          height: 3,
        },
        footer: { text: 'foot' },
        fields: [{ name: 'n', value: 'v', inline: true }],
      },
      {
        url: 'https://example.com',
        image: {
          url: 'https://example.com/2.png',
          proxy_url: 'https://proxy.example/i.png',
          width: 2,
          height: 3,
        },
      },
    ]);
  });

  it('readMessage reads a poll without its votes', () => {
    const poll = {
      question: { text: 'which?' },
      answers: [{ id: 1, text: 'this', votes: 7 }],
      allowMultiselect: true,
    };
    expect(read(exported(1, { poll })).poll).toEqual({
      question: 'which?',
      answers: [{ id: 1, text: 'this', emoji: null }],
      expiresAt: null,
      multiselect: true,
      results: null,
    });
  });

  it('readMessage counts the command that a message answers', () => {
    expect(read(exported(1, { interaction: { id: '1', name: 'ping', user: ADA } })).left.interactions).toBe(
      1,
    );
  });

  it.each<[string, unknown, string]>([
    ['no object', 'text', 'unreadable'],
    ['no id', exported(1, { id: null }), 'unreadable'],
    ['an id with a zero in front', exported(1, { id: '0123' }), 'unreadable'],
    ['an id beyond 63 bits', exported(1, { id: '9999999999999999999' }), 'unreadable'],
    ['no author', exported(1, { author: null }), 'unreadable'],
    ['an id of the future', exported(60 * 24 * 800), 'impossible_time'],
    ['the message that its thread was made from', exported(1, { type: '21' }), 'thread_starter'],
  ])('readMessage skips a message with %s', (_, value, reason) => {
    expect(reasonOf(value)).toBe(reason);
  });

  it('readMessage reads -0 as the 0 that the log stores for it', () => {
    expect(read(exported(1, { type: -0 })).messageType).toBe(0);
  });

  it('readMessage reads or skips whatever a message contains, and never writes what cannot be stored', () => {
    const hostile = fc.record(
      Object.fromEntries(Object.keys(exported(1)).map((key) => [key, fc.anything({ maxDepth: 3 })])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(hostile, (fields) => {
        const result = readMessage({ ...exported(1), ...fields }, header, NOW_MS, nothingLeftOut());
        if (!result.ok) return;
        const json = JSON.stringify(result.message);
        expect(json).not.toMatch(/\\u0000|\\ud[89a-f][0-9a-f]{2}/i);
        expect(JSON.parse(json)).toEqual(result.message);
      }),
    );
  });
});

describe('readHeader', () => {
  const headerOf = (fields: object) =>
    readHeader(new Map(Object.entries({ guild: GUILD, channel: CHANNEL, ...fields })));

  it('readHeader reads when the export was made, if it says so', () => {
    expect(headerOf({ exportedAt: '2025-01-01T00:00:00.1234567+02:00' }).exportedAt).toBe(
      '2024-12-31T22:00:00.123Z',
    );
    expect(headerOf({}).exportedAt).toBeNull();
  });

  it.each([
    ['GuildTextChat', 0, false],
    ['GuildNews', 5, false],
    ['GuildPublicThread', 11, true],
    ['GuildPrivateThread', 12, true],
    ['GuildNewsThread', 10, true],
    ['GuildForum', 15, false],
    ['16', 16, false],
  ])('readHeader knows the channel type %s', (type, channelType, isThread) => {
    expect(headerOf({ channel: { ...CHANNEL, type } })).toMatchObject({ isThread, channel: { channelType } });
  });

  it('readHeader leaves a channel of an unknown type to Discord', () => {
    expect(headerOf({ channel: { ...CHANNEL, type: 'SomethingNew' } }).channel).toBeUndefined();
  });

  it.each([
    ['the server of direct messages', { guild: { id: '0', name: 'Direct Messages' } }],
    ['a direct channel', { channel: { ...CHANNEL, type: 'DirectTextChat' } }],
    ['a group', { channel: { ...CHANNEL, type: 'DirectGroupTextChat' } }],
  ])('readHeader refuses %s in words', (_, fields) => {
    expect(() => headerOf(fields)).toThrow(/direct messages: only messages of servers can be imported/);
  });

  it.each([
    ['no guild', { guild: undefined }],
    ['a guild without an id', { guild: { name: 'x' } }],
    ['a list as channel', { channel: [] }],
  ])('readHeader refuses a file with %s as foreign', (_, fields) => {
    expect(() => headerOf(fields)).toThrow(/not an export of DiscordChatExporter/);
  });
});
