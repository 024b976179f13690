import {
  EXPORT_COLUMNS,
  type ImportedMessage,
  type JsonObject,
  type RestExportDetails,
} from '@discord-relay/contracts';
import fc from 'fast-check';
import { DceEncoder, type ExportedRow } from '@discord-relay/export';
import { CHANNEL_ID, GUILD_ID, idOf, timeOf } from '../testing/exports.js';
import { type ExportHeader, readHeader } from './map/read-header.js';
import { nothingLeftOut, readMessage } from './map/read-exported-message.js';
import { ExportScanner } from './parse/export-scanner.js';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');
const id = fc.bigInt(1n, 2n ** 62n).map(String);
const text = fc.string({ unit: 'binary', maxLength: 20 }).map((each) => each.replaceAll('\0', ''));
const address = fc.webUrl().map((url) => url.split(/[?#]/)[0]!);
const time = fc
  .date({ min: new Date('2015-01-02'), max: new Date('2025-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const size = fc.option(fc.nat(4_000), { nil: undefined });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary);
const list = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { maxLength: 3 });

const image = fc.record({
  url: address,
  proxy_url: fc.option(address, { nil: undefined }),
  width: size,
  height: size,
});
const embed = fc.record(
  {
    title: text,
    type: fc.constant('rich'),
    url: address,
    timestamp: time,
    description: text,
    color: fc.nat(0xffffff),
    author: fc.record({ name: text, url: address, icon_url: address }, { requiredKeys: ['name'] }),
    thumbnail: image,
    image,
    video: image,
    footer: fc.record({ text, icon_url: address, proxy_icon_url: address }, { requiredKeys: ['text'] }),
    fields: list(fc.record({ name: text, value: text, inline: fc.boolean() })),
  },
  { requiredKeys: [] },
);
const emojiKey = fc.oneof(id, fc.constantFrom('\u{1f44d}', '\u{2764}\u{fe0f}'));

const details: fc.Arbitrary<RestExportDetails> = fc.record({
  author: maybe(fc.record({ id, globalName: maybe(text), avatar: maybe(fc.constantFrom('a_0f', 'abc123')) })),
  guildName: maybe(text),
  topic: maybe(text),
  parentName: maybe(text),
  reactions: maybe(
    fc.uniqueArray(
      fc.record({ emoji: emojiKey, userIds: fc.uniqueArray(id, { minLength: 1, maxLength: 4 }) }),
      {
        selector: ({ emoji }) => emoji,
        maxLength: 3,
      },
    ),
  ),
}) as fc.Arbitrary<RestExportDetails>;

/** Rows of `relay export` with values of every column that the format can hold. */
const row: fc.Arbitrary<Record<string, unknown>> = fc.record({
  author_id: id,
  author_name: maybe(text),
  author_bot: maybe(fc.boolean()),
  created_at: time,
  edited_at: maybe(time),
  type: maybe(fc.constantFrom(0, 6, 7, 18, 19, 20, 46)),
  pinned: maybe(fc.boolean()),
  content: text,
  attachments: maybe(list(fc.record({ id, url: address, filename: text, sizeBytes: fc.nat() }))),
  embeds: maybe(list(embed)),
  stickers: maybe(list(fc.record({ id, name: text, formatType: fc.constantFrom(1, 2, 3, 4, 9) }))),
  poll: maybe(
    fc.record({
      question: maybe(text),
      answers: fc.array(fc.record({ id: fc.nat(9), text: maybe(text), emoji: fc.constant(null) }), {
        minLength: 1,
        maxLength: 3,
      }),
      expiresAt: maybe(time),
      multiselect: fc.boolean(),
    }),
  ),
  mentions: maybe(fc.record({ users: fc.uniqueArray(id, { maxLength: 3 }) })),
  reference: maybe(
    fc.record({
      type: fc.constantFrom('default', 'forward'),
      messageId: maybe(id),
      channelId: maybe(id),
      guildId: maybe(id),
    }),
  ),
  details,
});

const PLACE = {
  guild_id: GUILD_ID,
  channel_id: CHANNEL_ID,
  channel_name: 'archive',
  channel_type: 0,
  parent_id: '7',
};

function encode(rows: Record<string, unknown>[]): string {
  const encoder = new DceEncoder();
  const values: ExportedRow[] = rows.map((each) => [
    ...EXPORT_COLUMNS.map(({ name }) => each[name] ?? null),
    each.details,
  ]);
  return Buffer.concat([encoder.add(values), encoder.end()]).toString();
}

/** What the read models hold of an imported message, as `relay export` reads it. */
function rowOf(
  message: ImportedMessage,
  { channel }: ExportHeader,
  before: RestExportDetails,
): Record<string, unknown> {
  const { author, reactions = [] } = message;
  return {
    ...PLACE,
    id: message.id,
    author_id: author.id,
    author_name: author.username,
    author_bot: author.bot,
    created_at: message.createdAt,
    edited_at: message.editedAt,
    type: message.messageType,
    pinned: message.pinned,
    content: message.content,
    attachments: message.attachments,
    embeds: message.embeds,
    stickers: message.stickerItems,
    poll: message.poll,
    mentions: message.mentions,
    reference: message.reference,
    details: {
      ...before,
      author,
      topic: channel?.topic,
      reactions: reactions.map(({ emoji, userIds }) => ({ emoji: emoji.id ?? emoji.name, userIds })),
    },
  };
}

function read(file: string): { header: ExportHeader; messages: ImportedMessage[] } {
  const fields = new Map<string, unknown>();
  const values: unknown[] = [];
  for (const part of new ExportScanner().scan(Buffer.from(file))) {
    if ('message' in part) values.push(part.message);
    else fields.set(part.field, part.value);
  }
  const header = readHeader(fields);
  const messages = values.map((value) => {
    const result = readMessage(value, header, NOW_MS, nothingLeftOut());
    if (!result.ok) throw new Error(result.reason);
    return result.message;
  });
  return { header, messages };
}

describe('the format dce', () => {
  it('a file that is exported, imported and exported again is the same file', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
        const file = encode(rows.map((each, n) => ({ ...PLACE, id: idOf(n), ...each })));
        const { header, messages } = read(file);
        const first = rows[0]!.details as RestExportDetails;
        expect(encode(messages.map((message) => rowOf(message, header, first)))).toBe(file);
      }),
    );
  });

  it('a file without an edit, parts or reactions has the fields of the exporter', () => {
    const file = encode([
      {
        ...PLACE,
        id: idOf(1),
        author_id: '8',
        author_name: 'ada',
        created_at: timeOf(1),
        type: 19,
        content: 'text',
        details: null,
      },
    ]);
    const { messages, messageCount, ...head } = JSON.parse(file) as {
      messages: JsonObject[];
      messageCount: number;
    };
    expect(messageCount).toBe(1);
    expect(Object.keys(head)).toEqual(['guild', 'channel', 'dateRange']);
    expect(messages[0]).toMatchObject({
      id: idOf(1),
      type: 'Reply',
      timestamp: '2024-01-01T00:01:00.000+00:00',
      timestampEdited: null,
      content: 'text',
      author: { id: '8', name: 'ada', nickname: 'ada', isBot: false },
    });
  });
});
