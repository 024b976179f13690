import type { AttachmentState, JsonObject, Snowflake } from '@discord-relay/contracts';
import { MessageType } from 'discord-api-types/v10';
import { GapRow } from './rows/gap-row.js';
import { SYSTEM_WORDS } from '../texts/system-texts.js';
import { SPOKEN_TYPES } from './system/message-types.js';
import { markupOf, messageMarkup, textOf } from './testing/render.js';

const id = (value: string) => value as Snowflake;
const text = (...args: Parameters<typeof messageMarkup>) => textOf(messageMarkup(...args));

const ATTACHMENT: AttachmentState = {
  id: id('1'),
  filename: 'cat.png',
  contentType: 'image/png',
  sizeBytes: 1_234_567,
  url: 'https://cdn.discordapp.com/attachments/1/1/cat.png',
  width: 1_000,
  height: 500,
};

describe('the body of a message', () => {
  it('the body of a message shows the names of mentioned users, roles and channels', () => {
    expect(text({ content: '<@1> <@&2> <#3> @everyone' })).toBe('@user 1 @role 2 #channel 3 @everyone');
  });

  it('the body of a message shows mentions with unknown names as unknown', () => {
    const unknown = { user: () => undefined, role: () => undefined, channel: () => undefined };
    expect(text({ content: '<@1> <@&2> <#3>' }, unknown)).toBe(
      '@unknown user @unknown role #unknown channel',
    );
  });

  it('the body of a message shows times in the reader’s zone and language', () => {
    const content = '<t:1700000000:F> <t:1700000000:t>';
    expect(text({ content }, { timeZone: 'Asia/Tokyo', locale: 'en-GB' })).toBe(
      'Wednesday, 15 November 2023 at 07:13 07:13',
    );
    expect(text({ content: '<t:1700000000:D>' }, { timeZone: 'UTC', locale: 'de' })).toBe(
      '14. November 2023',
    );
  });

  it('the body of a message hides a spoiler, and its button says so', () => {
    const markup = messageMarkup({ content: '||secret||' });
    expect(markup).toContain('<button type="button" class="spoiler-button" aria-expanded="false">');
    expect(markup).toMatch(/<span class="spoiler-content" inert="">secret<\/span>/);
  });

  it('the body of a message shows that a message was edited, on its last line', () => {
    const markup = messageMarkup({ content: 'words', editedTimestamp: '2024-05-01T13:00:00.000Z' });
    expect(markup).toMatch(/<bdi>words<\/bdi><span class="message-edited"[^>]*>\(edited\)<\/span><\/div>/);
  });

  it('the body of a message offers earlier versions to readers who may see them', () => {
    const edited = { content: 'words', editedTimestamp: '2024-05-01T13:00:00.000Z' };
    expect(messageMarkup(edited, { revisions: () => Promise.resolve([]) })).toContain(
      'Show earlier versions',
    );
  });

  it('the body of a message says that there is no text only if there is nothing else', () => {
    expect(text({})).toBe('No text in this message');
    expect(text({ stickers: [{ id: id('1'), name: 'wave', formatType: 1 }] }, { media: false })).toBe(
      'Sticker: wave',
    );
  });
});

describe('attachments', () => {
  it('attachments reserve the size of an image before its address is known', () => {
    const markup = messageMarkup({ attachments: [ATTACHMENT] });
    expect(markup).toContain('style="width:400px;aspect-ratio:400 / 200"');
    expect(markup).toContain('aria-label="cat.png"');
  });

  it('attachments have the author’s description as the alternative text', () => {
    const markup = messageMarkup({ attachments: [{ ...ATTACHMENT, description: 'A cat on a fence' }] });
    expect(markup).toContain('aria-label="A cat on a fence"');
  });

  it('attachments are hidden if their author marked them as spoilers', () => {
    const markup = messageMarkup({ attachments: [{ ...ATTACHMENT, filename: 'SPOILER_cat.png' }] });
    expect(markup).toContain('class="spoiler-cover"');
  });

  it('attachments are shown as names and sizes if media are off', () => {
    const markup = messageMarkup({ attachments: [ATTACHMENT] }, { media: false });
    expect(textOf(markup)).toBe('cat.png1.2 MB');
    expect(markup).not.toContain('<img');
  });
});

describe('a poll', () => {
  const poll = {
    question: 'Tabs or spaces?',
    answers: [
      { id: 1, text: 'Tabs', emoji: null },
      { id: 2, text: 'Spaces', emoji: null },
    ],
    expiresAt: '2024-05-02T12:00:00.000Z',
    multiselect: false,
  };

  it('a poll shows votes, percentages and that it is closed', () => {
    const results = {
      finalized: true,
      counts: [
        { answerId: 2, count: 3 },
        { answerId: 1, count: 1 },
      ],
    };
    expect(text({ poll: { ...poll, results } })).toBe(
      'Tabs or spaces?One answer Tabs1 vote (25%) Spaces3 votes (75%)4 votes · Closed',
    );
  });

  it('a poll shows no votes if they are not known', () => {
    expect(text({ poll: { ...poll, results: null } })).toBe(
      'Tabs or spaces?One answer Tabs SpacesVotes not known · Closed',
    );
  });
});

describe('replies and forwards', () => {
  const reply = { content: 'yes', type: 19, replyTo: { messageId: id('1'), channelId: id('2') } };

  it.each([
    ['not-loaded', 'Open the message that this one answers'],
    ['deleted', 'The message that this one answers was deleted'],
    ['forbidden', 'The message that this one answers is not visible to you'],
  ] as const)('a reply says about a parent that is %s: %s', (state, words) => {
    expect(text(reply, { message: () => ({ state }) })).toContain(words);
  });

  it('a reply shows a known parent with a link to it', () => {
    const markup = messageMarkup(reply);
    expect(textOf(markup)).toBe('In reply to ada what was saidyes');
    expect(markup).toContain('href="/channels/2/1"');
  });

  it('a reply hides spoilers of its parent in the preview, however long it is', () => {
    const text = `||secret ${'a'.repeat(500)}||`;
    expect(
      textOf(messageMarkup(reply, { message: () => ({ state: 'known', author: 'ada', text }) })),
    ).not.toContain('secret');
  });

  it('a forward says that it is one, and of which message', () => {
    const reference = { type: 'forward', messageId: id('1'), channelId: id('2'), guildId: id('3') } as const;
    expect(text({ reference })).toBe('Forwarded messageadawhat was saidFrom #channel 2');
    expect(text({ reference }, { channel: () => undefined, message: () => ({ state: 'forbidden' }) })).toBe(
      'Forwarded messageFrom a place that is not visible to you',
    );
  });
});

describe('embeds', () => {
  const embed: JsonObject = {
    type: 'rich',
    title: 'Release **2.0**',
    url: 'https://example.org/release',
    description: 'Read the _notes_.',
    color: 0x33_66_99,
    author: { name: 'Build', url: 'https://example.org/' },
    provider: { name: 'Example' },
    footer: { text: 'Deployed' },
    timestamp: '2024-05-01T12:00:00.000Z',
    fields: [{ name: 'Version', value: '`2.0`', inline: true }],
    image: {
      url: 'https://example.org/a.png',
      proxy_url: 'https://images-ext-1.discordapp.net/external/a.png',
      width: 800,
      height: 400,
    },
  };

  it('embeds show all of their parts', () => {
    const markup = messageMarkup({ embeds: [embed] });
    expect(textOf(markup)).toContain(
      'ExampleBuildRelease **2.0**Read the notes.Version2.0Open imageDeployed · 01/05/2024, 12:00',
    );
    expect(markup).toContain('src="https://images-ext-1.discordapp.net/external/a.png"');
    expect(markup).toContain('--own-colour:#336699');
  });

  it('embeds load nothing from other sites, and nothing at all if media are off', () => {
    const foreign = { ...embed, image: { url: 'https://example.org/a.png' } };
    expect(messageMarkup({ embeds: [foreign] })).not.toContain('<img');
    expect(messageMarkup({ embeds: [embed] }, { media: false })).not.toContain('<img');
  });

  it('embeds are not shown if the message suppresses them', () => {
    expect(text({ content: 'a', flags: 4, embeds: [embed] })).toBe('a');
  });
});

describe('components', () => {
  it('components show texts, sections, galleries, files and inert controls', () => {
    const components: JsonObject[] = [
      {
        type: 17,
        accent_color: 0xff_00_00,
        components: [
          { type: 10, content: '# Menu' },
          {
            type: 9,
            components: [{ type: 10, content: 'Soup' }],
            accessory: { type: 2, style: 1, label: 'Order' },
          },
          { type: 14 },
          { type: 12, items: [{ media: { url: 'attachment://cat.png' }, description: 'A cat' }] },
          { type: 13, file: { url: 'https://cdn.discordapp.com/x', attachment_id: '1' } },
          {
            type: 1,
            components: [{ type: 3, placeholder: 'Pick', options: [{ label: 'a' }, { label: 'b' }] }],
          },
          { type: 2, style: 5, label: 'Site', url: 'https://example.org/' },
          { type: 99 },
        ],
      },
    ];
    const markup = messageMarkup({ flags: 32_768, components, attachments: [ATTACHMENT] });
    expect(textOf(markup)).toBe('MenuSoupOrderPick2 optionsSiteA component of a kind that is not known here');
    expect(markup).toContain('aria-label="A cat"');
    expect(markup).toContain('aria-label="cat.png"');
    expect(markup).toContain('<a href="https://example.org/"');
  });

  it('components have a limited depth', () => {
    const nested = Array.from({ length: 200 }).reduce<JsonObject>(
      (inner) => ({ type: 17, components: [inner] }),
      { type: 10, content: 'deep' },
    );
    expect(text({ components: [nested] })).toBe('A component of a kind that is not known here');
  });
});

describe('notices', () => {
  const types = Object.values(MessageType).filter((type): type is MessageType => typeof type === 'number');

  it.each(types.filter((type) => !SPOKEN_TYPES.has(type)))('a notice of type %j has its own text', (type) => {
    expect(SYSTEM_WORDS[type]).toBeDefined();
    expect(text({ type, content: 'the content' })).not.toMatch(/[{}]|undefined/);
  });

  it('a notice of an unknown type shows the number of the type', () => {
    expect(text({ type: 999, content: 'what it says' })).toBe(
      'ada caused a notice of type 999. what it says12:00',
    );
  });

  it('the notice of a pin links to the message', () => {
    const reference = { type: 'default', messageId: id('1'), channelId: id('2'), guildId: id('3') } as const;
    const markup = messageMarkup({ type: 6, reference });
    expect(textOf(markup)).toBe('ada pinned a message to this channel.12:00');
    expect(markup).toContain('href="/channels/2/1"');
  });

  it('the notice of the end of a poll names the winner', () => {
    const fields = [
      { name: 'poll_question_text', value: 'Tabs or spaces?' },
      { name: 'victor_answer_text', value: 'Spaces' },
    ];
    expect(text({ type: 46, embeds: [{ type: 'poll_result', fields }] })).toBe(
      'The poll by ada has closed. Tabs or spaces? Winner: Spaces12:00',
    );
  });
});

it('a gap shows its time, and what backfill found', () => {
  const gap = { from: '2024-05-01T02:10:00.000Z', to: '2024-05-01T02:14:00.000Z' };
  const recovered = { messages: 12, deletions: 3, edits: 0, reactions: 0, threads: 0 };
  expect(textOf(markupOf(<GapRow gap={{ ...gap, recovered }} />))).toBe(
    'Not observed from 02:10 to 02:14; in the whole server 12 messages recovered, 3 deletions inferred',
  );
  expect(textOf(markupOf(<GapRow gap={{ ...gap, recovered: null }} />))).toBe(
    'Not observed from 02:10 to 02:14',
  );
});
