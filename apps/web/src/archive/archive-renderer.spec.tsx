import { createHash } from 'node:crypto';
import {
  type ArchivedChannel,
  type ArchivedMessage,
  type ArchivePageOptions,
  firstSnowflakeAt,
  type RestGap,
  type Snowflake,
} from '@discord-relay/contracts';
import { FILE_RULES, HOSTILE, hostileMessages, violations } from '../content/testing/hostile.js';
import { MESSAGE_ZOO } from '../content/testing/message-zoo.js';
import { messageMarkup, testMessage, type TestMessage, textOf } from '../content/testing/render.js';
import { createArchiveRenderer } from './archive-renderer.js';

const renderer = createArchiveRenderer('.x{color:red}');
const FIRST_MS = Date.parse('2026-05-01T23:00:00Z');
const MINUTE_MS = 60_000;
const idAt = (minute: number): Snowflake => firstSnowflakeAt(FIRST_MS + minute * MINUTE_MS);

/** Created a day before its first message. */
const channelOf = (n = 0): ArchivedChannel => ({
  id: idAt(n - 1_440),
  name: `channel ${n}`,
  isThread: false,
  topic: null,
  parentName: null,
});
const CHANNEL = channelOf();

const archived = (minute: number, fields: TestMessage = {}, channel = CHANNEL): ArchivedMessage => ({
  channel,
  earlier: [],
  message: {
    ...testMessage({
      content: `text ${minute}`,
      timestamp: new Date(FIRST_MS + minute * MINUTE_MS).toISOString(),
      ...fields,
    }),
    id: idAt(minute),
    channelId: channel.id,
  },
});

const gapAt = (fromMinute: number, toMinute: number): RestGap => ({
  gapId: `gap-${fromMinute}`,
  cause: 'session_lost',
  openedAt: null,
  from: new Date(FIRST_MS + fromMinute * MINUTE_MS).toISOString(),
  to: new Date(FIRST_MS + toMinute * MINUTE_MS).toISOString(),
  closedAt: null,
  recovered: null,
  unrecoverable: null,
});

const pageOf = (options: Partial<ArchivePageOptions> = {}) =>
  renderer.page({
    guildName: 'Harbour',
    seq: 7,
    number: null,
    previous: null,
    index: null,
    people: renderer.people([{ id: '2' as Snowflake, name: 'Crew', color: 0xff, position: 1, hoist: false }]),
    channels: new Map([['3', 'lobby']]),
    gaps: [],
    after: null,
    ...options,
  });

type Next = Parameters<ReturnType<typeof pageOf>['end']>[0];

function fileOf(
  messages: readonly ArchivedMessage[],
  options: Partial<ArchivePageOptions> = {},
  next: Next = null,
): string {
  const page = pageOf(options);
  return page.add(messages) + page.end(next);
}

/** What is between `<main>` and its end. */
const mainOf = (file: string): string => /<main[^>]*>(.*)<\/main>/s.exec(file)![1]!;
const count = (text: string, part: string): number => text.split(part).length - 1;

describe('an HTML file of messages', () => {
  it('an HTML file allows its style sheet by its hash, and has no script, no style attribute and nothing to load', () => {
    const file = fileOf(Object.values(MESSAGE_ZOO).map((fields, n) => archived(n, fields)));
    const styles = /<style>(.*)<\/style>/s.exec(file)![1]!;
    const hash = createHash('sha256').update(styles).digest('base64');
    expect(file).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(file.indexOf('Content-Security-Policy')).toBeLessThan(file.indexOf('<style>'));
    expect(
      file.match(/<(?:script|img|iframe|link|video|audio|object|embed|svg)|\s(?:style|src|on\w+)=/g),
    ).toBeNull();
  });

  it.each(HOSTILE)('an HTML file shows content written by others as text and links: %j', (evil) => {
    const messages = hostileMessages(evil).map((fields, n) =>
      archived(n, fields, { ...CHANNEL, name: evil, topic: evil }),
    );
    const file = fileOf(messages, { guildName: evil, channels: new Map([['3', evil]]) });
    expect(violations(mainOf(file), FILE_RULES)).toEqual([]);
    expect(count(file, '</style')).toBe(1);
    expect(count(file, '<script')).toBe(0);
  });

  it.each(Object.keys(MESSAGE_ZOO))('an HTML file has the text that the page shows: %s', (kind) => {
    const fields = MESSAGE_ZOO[kind]!;
    const names = {
      user: () => undefined,
      role: () => ({ name: 'Crew' }),
      channel: (id: string) => (id === '3' ? { name: 'lobby' } : undefined),
    };
    const elsewhere = { message: () => ({ state: 'elsewhere' as const }), messageHref: () => null };
    const page = textOf(messageMarkup(fields, { ...names, ...elsewhere, media: false }));
    const timestamp = '2024-05-01T12:00:00.000Z';
    const main = mainOf(fileOf([archived(0, { content: '', timestamp, ...fields })]));
    const body = /<div class="message-content">(.*)<\/div>\n<\/div>/s.exec(main)![1]!;
    // What reveals and names a spoiler is said by a control.
    const spoken = (text: string) => text.replaceAll(/Show spoiler|Spoiler/g, '').replace(/\s+$/, '');
    expect(spoken(textOf(body))).toBe(spoken(page));
  });

  it('an HTML file does not depend on how its messages are divided between calls', () => {
    const zoo = Object.values(MESSAGE_ZOO).map((fields, n) =>
      archived(n * 7, fields, channelOf(n < 9 ? 0 : 1)),
    );
    const gaps = [gapAt(10, 12), gapAt(70, 72)];
    const page = pageOf({ gaps });
    const divided = zoo.map((message) => page.add([message])).join('') + page.add([]) + page.end(null);
    expect(divided).toBe(fileOf(zoo, { gaps }));
  });

  it('messages have their ids as anchors, and answers lead to the message above them', () => {
    const reply = { type: 19, replyTo: { messageId: idAt(0), channelId: CHANNEL.id } };
    const main = mainOf(fileOf([archived(0), archived(1, reply)]));
    expect(main).toContain(`id="${idAt(0)}"`);
    expect(main).toMatch(new RegExp(`<a href="#${idAt(0)}">.*text 0`));
    const unknown = { type: 19, replyTo: { messageId: idAt(-5), channelId: CHANNEL.id } };
    expect(textOf(mainOf(fileOf([archived(0, unknown)])))).toContain('is not in this file');
  });

  it('a day in UTC has a heading, and the contents lead to it', () => {
    const file = fileOf([archived(0), archived(59), archived(60)]);
    expect(count(file, '<h3')).toBe(2);
    expect(file).toContain(`<a href="#day-${CHANNEL.id}-2026-05-02">2026-05-02</a>`);
    expect(file).toContain(`<h3 id="day-${CHANNEL.id}-2026-05-02">Saturday, 2 May 2026</h3>`);
  });

  it('messages of an author that follow within minutes share one heading', () => {
    const main = mainOf(fileOf([archived(0), archived(1), archived(30)]));
    expect(count(main, 'message-leads')).toBe(2);
  });

  it('gaps stand between the messages before and after them, in every channel, and once', () => {
    const gaps = [gapAt(-9_000, -8_000), gapAt(3, 4), gapAt(30, 31)];
    const messages = [archived(0), archived(5), archived(40), archived(2, {}, channelOf(1))];
    const text = textOf(mainOf(fileOf(messages, { gaps })));
    const order = [...text.matchAll(/text \d+|Not observed from \S+ to \S+?(?=\s|\d\d:|$)/g)].map(([each]) =>
      each.slice(0, 12),
    );
    expect(order).toEqual([
      ...['text 0', 'Not observed', 'text 5', 'Not observed', 'text 40'],
      ...['text 2', 'Not observed', 'Not observed'],
    ]);
  });

  it('a gap between two files is at the beginning of the second one', () => {
    const gaps = [gapAt(-3, -2), gapAt(3, 4)];
    const gapsIn = (file: string) => count(file, 'class="gap-row"');
    expect(gapsIn(fileOf([archived(0)], { gaps }, '2.html'))).toBe(1);
    const after = { channelId: CHANNEL.id, messageId: idAt(0) };
    const second = fileOf([archived(5)], { gaps, after });
    expect(gapsIn(second)).toBe(1);
    expect(textOf(second)).toContain('channel 0 (continued)');
    // The channel does not continue.
    const other = mainOf(fileOf([archived(5, {}, channelOf(1))], { gaps, after }));
    expect(other.indexOf('gap-row')).toBeLessThan(other.indexOf('<section>'));
  });

  it('earlier texts are behind a disclosure, where the token may read them', () => {
    const edited = archived(0, MESSAGE_ZOO.edited);
    const earlier = [{ revision: 0, content: 'first **words**', editedAt: null, seq: 1 }];
    expect(fileOf([edited])).not.toContain('<details');
    const main = mainOf(fileOf([{ ...edited, earlier }]));
    expect(main).toContain('<details class="message-edited-details"><summary');
    expect(main).toContain('first <strong>words</strong>');
  });

  it('names and colours are those of the members and roles of the export', () => {
    const people = renderer.people([
      { id: '2' as Snowflake, name: 'Crew', color: 0x1a2b3c, position: 1, hoist: false },
    ]);
    const message = archived(0, {
      content: '<@1> <@&2>',
      author: { id: '40' as Snowflake, username: 'ada' },
    });
    expect(people.missing([message])).toEqual(['40', '1']);
    expect(people.missing([message])).toEqual([]);
    people.add([
      {
        ...{
          userId: '40' as Snowflake,
          username: 'ada',
          nick: 'Captain',
          globalName: null,
          avatar: null,
          bot: false,
        },
        ...{ roleIds: ['2' as Snowflake], joinedAt: null, timedOutUntil: null },
      },
    ]);
    const main = mainOf(fileOf([message], { people }));
    expect(textOf(main)).toContain('Captain');
    expect(textOf(main)).toContain('@unknown user @Crew');
    expect(main).toContain(
      '<span class="message-author message-author-coloured" data-own-colour="r1 sa t2 ub v3 wc">',
    );
  });

  it('a file leads to the files before and after it, and to the list of all', () => {
    const links = { previous: 'messages-7-00001.html', index: 'index.html', number: 2 };
    const file = fileOf([archived(0)], links, 'messages-7-00003.html');
    for (const href of ['messages-7-00001.html', 'index.html', 'messages-7-00003.html'])
      expect(file).toContain(`<a href="${href}"`);
    expect(file).toContain('<title>Harbour, file 2</title>');
  });

  it('the parts of a file say which channels and times it has', () => {
    const page = pageOf();
    page.add([archived(0), archived(9), archived(4, {}, channelOf(1))]);
    expect(page.parts).toEqual([
      {
        channelId: CHANNEL.id,
        channelName: 'channel 0',
        from: '2026-05-01T23:00:00.000Z',
        to: '2026-05-01T23:09:00.000Z',
        messages: 2,
      },
      {
        channelId: channelOf(1).id,
        channelName: 'channel 1',
        from: '2026-05-01T23:04:00.000Z',
        to: '2026-05-01T23:04:00.000Z',
        messages: 1,
      },
    ]);
  });
});

it('the list of files names their channels and times, and the gaps', () => {
  const part = {
    channelId: '3' as Snowflake,
    channelName: '<b>',
    from: '2026-05-01T23:00:00.000Z',
    to: '2026-05-02T23:00:00.000Z',
    messages: 1_234,
  };
  const text = textOf(
    renderer.index({
      guildName: 'Harbour',
      seq: 7,
      files: [{ href: 'a.html', rows: 1_234, parts: [part] }],
      gaps: [gapAt(0, 1)],
    }),
  );
  expect(text).toContain('<b>: 1,234 messages, Friday, 1 May 2026 to Saturday, 2 May 2026');
  expect(text).toContain('Not observed from 23:00 to 23:01');
});
