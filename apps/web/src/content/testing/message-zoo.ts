import type { AttachmentState, Snowflake } from '@discord-relay/contracts';
import type { TestMessage } from './render.js';

const id = (value: string) => value as Snowflake;

const attachment = (filename: string, contentType: string | null): AttachmentState => ({
  id: id('70'),
  filename,
  contentType,
  sizeBytes: 2_048,
  url: `https://cdn.discordapp.com/attachments/20/70/${filename}`,
  width: null,
  height: null,
});

/** A message of every kind that is rendered differently. */
export const MESSAGE_ZOO: Readonly<Record<string, TestMessage>> = {
  plain: { content: 'plain words' },
  markdown: {
    content: '# Title\n**bold** *emphasis* __under__ ~~struck~~ `code`\n> quoted\n- one\n- two\n-# small',
  },
  mentions: { content: '<@1> <@&2> <#3> @everyone <:wave:4> </run:5>' },
  time: { content: 'at <t:1700000000:F> and <t:1700000000:t>' },
  code: { content: '```ts\nconst one = 1;\n```\n```\nplain\n```\n```ansi\n\u001b[31mred\u001b[0m\n```' },
  spoiler: { content: 'the end: ||everybody lives||' },
  rtl: { content: 'שלום עולם' },
  edited: { content: 'second words', editedTimestamp: '2024-05-01T13:00:00.000Z', revision: 1 },
  reply: { content: 'yes', type: 19, replyTo: { messageId: id('9'), channelId: id('20') } },
  attachments: {
    attachments: [
      ...[attachment('cat.png', 'image/png'), attachment('SPOILER_end.png', 'image/png')],
      ...[attachment('notes.txt', 'text/plain'), attachment('a "b" <c>.bin', null)],
    ],
  },
  embed: {
    embeds: [
      {
        type: 'rich',
        title: 'An embed',
        url: 'https://example.org/',
        description: 'with **words**',
        color: 0x1a2b3c,
        fields: [{ name: 'Key', value: 'Value', inline: true }],
        footer: { text: 'foot' },
        timestamp: '2024-05-01T12:00:00.000Z',
      },
    ],
  },
  poll: {
    poll: {
      question: 'Tea or coffee?',
      answers: [
        { id: 1, text: 'Tea', emoji: null },
        { id: 2, text: 'Coffee', emoji: null },
      ],
      expiresAt: '2024-05-02T12:00:00.000Z',
      multiselect: false,
      results: {
        finalized: true,
        counts: [
          { answerId: 1, count: 37 },
          { answerId: 2, count: 63 },
        ],
      },
    },
  },
  sticker: { stickers: [{ id: id('80'), name: 'wave', formatType: 1 }] },
  reactions: {
    content: 'react',
    reactions: [
      { emoji: { id: null, name: '👍' }, count: 3, burstCount: 1 },
      { emoji: { id: id('81'), name: null }, count: 1, burstCount: 0 },
    ],
  },
  components: {
    flags: 32_768,
    components: [
      {
        type: 17,
        accent_color: 0xff8800,
        components: [
          { type: 10, content: 'inside **a** container' },
          { type: 14 },
          { type: 1, components: [{ type: 2, style: 1, label: 'Press' }] },
        ],
      },
    ],
  },
  join: { type: 7 },
  thread: {
    type: 18,
    content: 'a thread',
    reference: { type: 'default', messageId: null, channelId: id('3'), guildId: null },
  },
  pinned: { content: 'important', pinned: true },
  webhook: { content: 'by a program', webhookId: id('90'), author: { id: id('90'), username: 'hook' } },
  forward: { reference: { type: 'forward', messageId: id('9'), channelId: id('20'), guildId: null } },
  empty: {},
};
