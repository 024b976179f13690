import type { AttachmentState, JsonObject, JsonValue, Snowflake } from '@discord-relay/contracts';
import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';
import { codePoint } from '../../../../../test/support/values/code-point.js';
import { Markdown } from '../markdown-view/markdown.js';
import { markupOf, messageMarkup, RICH_CONTEXT, type TestMessage } from '../testing/render.js';

/** The allowed output. Anything else would be another person's program or form in the reader's page. */
const ELEMENTS = new Set([
  ...[
    'a',
    'article',
    'audio',
    'bdi',
    'blockquote',
    'button',
    'code',
    'dd',
    'div',
    'dl',
    'dt',
    'em',
    'hr',
    'img',
  ],
  ...['li', 'link', 'ol', 'pre', 's', 'section', 'span', 'strong', 'time', 'u', 'ul', 'video'],
]);

const ATTRIBUTES = new Set([
  ...[
    'alt',
    'aria-expanded',
    'aria-hidden',
    'aria-label',
    'aria-labelledby',
    'aria-level',
    'as',
    'class',
    'controls',
  ],
  ...[
    'datetime',
    'decoding',
    'dir',
    'draggable',
    'height',
    'href',
    'id',
    'imagesrcset',
    'inert',
    'loading',
    'preload',
  ],
  ...['rel', 'role', 'src', 'start', 'style', 'tabindex', 'target', 'title', 'type', 'width'],
]);

const MEDIA = /^https:\/\/(?:cdn\.discordapp\.com|media\.discordapp\.net|images-ext-[12]\.discordapp\.net)\//;
/** The page's own places, or other sites by http or https. */
const TARGET = /^(?:https?:\/\/|\/channels\/)/;
const STYLE = /^(?:--own-colour:#[0-9a-f]{6}|width:\d{1,5}(?:px|%)(?:;aspect-ratio:\d{1,5} \/ \d{1,5})?)$/;

/** The forbidden results of parsing the markup as a browser does. */
function violations(markup: string): string[] {
  const found: string[] = [];
  const visit = (node: DefaultTreeAdapterTypes.ChildNode) => {
    if (!('tagName' in node)) return;
    if (!ELEMENTS.has(node.tagName)) found.push(`<${node.tagName}>`);
    for (const { name, value } of node.attrs)
      if (!isAllowed(node.tagName, name, value)) found.push(`${node.tagName} ${name}=${value}`);
    node.childNodes.forEach(visit);
  };
  parseFragment(markup).childNodes.forEach(visit);
  return found;
}

function isAllowed(tag: string, name: string, value: string): boolean {
  if (name === 'src' || (tag === 'link' && name === 'href')) return MEDIA.test(value);
  if (name === 'href') return TARGET.test(value);
  if (name === 'style') return STYLE.test(value);
  if (name === 'target') return value === '_blank';
  return ATTRIBUTES.has(name);
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg onload=alert(1)>",
  '<iframe srcdoc="<script>alert(1)</script>">',
  '</title></style></textarea><script>alert(1)</script>',
  '[click](javascript:alert(1))',
  '[click](JaVaScRiPt:alert(1))',
  '[click](java\u0000script:alert(1))',
  '[click](data:text/html;base64,PHNjcmlwdD4=)',
  '[click](vbscript:msgbox(1))',
  '[click](//evil.example)',
  '[click](https://a.example/"onmouseover="alert(1))',
  '<javascript:alert(1)>',
  '<https://a.example/"onmouseover="alert(1)>',
  'https://a.example/"><script>alert(1)</script>',
  '```html\n<script>alert(1)</script>\n```',
  '```"><script>\nalert(1)\n```',
  '```ansi\n\u001b[31m<script>alert(1)</script>\n```',
  '`<script>alert(1)</script>`',
  '||<img src=x onerror=alert(1)>||',
  '> <b>quoted</b>\n- <i>listed</i>\n# <u>headed</u>',
  '<:"onerror=alert(1):1>',
  '<a:x:1"onerror="alert(1)>',
  '<t:1:R"onclick="alert(1)>',
  '</x"onclick="alert(1):1>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '{{constructor.constructor("alert(1)")()}}',
  '\u202e<script>alert(1)</script>\u2066',
  'url(javascript:alert(1))',
  'red;background:url(https://evil.example)',
];

const attachment = (evil: string, contentType: string | null): AttachmentState => ({
  id: '1' as Snowflake,
  filename: evil,
  contentType,
  sizeBytes: 1,
  url: evil,
  width: 10,
  height: 10,
  description: evil,
});

const media = (evil: string): JsonObject => ({
  url: evil,
  proxy_url: evil,
  width: 10,
  height: 10,
  description: evil,
});

const embed = (evil: string, type = 'rich'): JsonObject => ({
  type,
  title: evil,
  url: evil,
  description: evil,
  color: evil,
  timestamp: evil,
  provider: { name: evil, url: evil },
  author: { name: evil, url: evil, icon_url: evil, proxy_icon_url: evil },
  footer: { text: evil, icon_url: evil },
  fields: [{ name: evil, value: evil, inline: true }],
  image: media(evil),
  thumbnail: media(evil),
  video: media(evil),
});

const components = (evil: string): JsonObject[] => [
  {
    type: 17,
    accent_color: evil,
    components: [
      { type: 10, content: evil },
      {
        type: 9,
        components: [{ type: 10, content: evil }],
        accessory: { type: 11, media: media(evil), description: evil },
      },
      { type: 12, items: [{ media: media(evil), description: evil }] },
      { type: 13, file: { url: evil, attachment_id: '1' }, name: evil },
      {
        type: 1,
        components: [
          { type: 2, style: 5, label: evil, url: evil, emoji: { id: evil, name: evil } },
          { type: 3, placeholder: evil, options: [{ label: evil, value: evil }] },
        ],
      },
    ],
  },
];

const poll = (evil: string): TestMessage['poll'] => ({
  question: evil,
  answers: [{ id: 1, text: evil, emoji: { id: null, name: evil, animated: false } }],
  expiresAt: evil,
  multiselect: true,
  results: { finalized: false, counts: [{ answerId: 1, count: 1 }] },
});

/** The same text in every place where a Discord user can put one. */
const hostileMessages = (evil: string): TestMessage[] => [
  { content: evil },
  { content: evil, type: 4, author: { id: '1' as Snowflake, username: evil } },
  { content: evil, type: 999, author: { id: '1' as Snowflake, username: evil } },
  { type: 46, embeds: [{ type: 'poll_result', fields: [{ name: 'victor_answer_text', value: evil }] }] },
  {
    content: evil,
    attachments: [null, 'image/png', 'video/mp4', 'audio/ogg', 'text/plain', evil].map((each) =>
      attachment(evil, each),
    ),
    embeds: [embed(evil), embed(evil, 'image'), embed(evil, evil)],
    stickers: [1, 3, 4].map((formatType) => ({ id: evil as Snowflake, name: evil, formatType })),
    poll: poll(evil),
    reactions: [{ emoji: { id: null, name: evil }, count: 1, burstCount: 0 }],
  },
  { flags: 32_768, components: components(evil), attachments: [attachment(evil, 'image/png')] },
  { content: '<@1> <@&2> <#3>', replyTo: { messageId: '1' as Snowflake, channelId: '2' as Snowflake } },
  {
    reference: { type: 'forward', messageId: '1' as Snowflake, channelId: '2' as Snowflake, guildId: null },
  },
];

const hostileContext = (evil: string): Partial<typeof RICH_CONTEXT> => ({
  user: () => ({ name: evil }),
  role: () => ({ name: evil, colour: Number.NaN }),
  channel: () => ({ name: evil, href: '/channels/1' }),
  message: () => ({ state: 'known', author: evil, text: evil }),
});

describe('content written by others', () => {
  it.each(HOSTILE)(
    'content written by others is text, links to web sites and media of Discord, and nothing else: %j',
    (evil) => {
      for (const message of hostileMessages(evil)) {
        for (const isMediaOn of [true, false])
          expect(violations(messageMarkup(message, { ...hostileContext(evil), media: isMediaOn }))).toEqual(
            [],
          );
      }
    },
  );

  it.each(HOSTILE.filter((evil) => evil.startsWith('<script')))(
    'content written by others keeps the characters of %j',
    (evil) => {
      expect(messageMarkup({ content: evil })).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    },
  );

  it('content of any kind becomes text, links to web sites and media of Discord, and nothing else', () => {
    const pieces = fc.array(
      fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: codePoint, maxLength: 12 })),
      {
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(pieces, (texts) => {
        const evil = texts.join('');
        for (const message of hostileMessages(evil))
          expect(violations(messageMarkup(message, hostileContext(evil)))).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  it('embeds and components of any shape are rendered without failing', () => {
    const keys = [
      'type',
      'components',
      'content',
      'media',
      'url',
      'items',
      'accessory',
      'file',
      'fields',
      'image',
      'title',
    ];
    const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<JsonValue>(
          null,
          true,
          1,
          2,
          9,
          10,
          11,
          12,
          13,
          14,
          17,
          -1,
          'https://a.example/',
          '<b>',
        ),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('json'), { maxKeys: 5 }) as fc.Arbitrary<JsonValue>,
      ),
    }));
    const object = fc.dictionary(fc.constantFrom(...keys), json) as fc.Arbitrary<JsonObject>;
    fc.assert(
      fc.property(fc.array(object, { maxLength: 3 }), (objects) => {
        expect(violations(messageMarkup({ embeds: objects, components: objects }))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('content cannot put markup into a topic, a forum tag or other plain text', () => {
    for (const evil of HOSTILE) expect(violations(markupOf(<Markdown text={evil} />))).toEqual([]);
  });
});

it('the check for stored XSS finds forbidden output', () => {
  const bad = [
    '<script>1</script>',
    '<a href="javascript:1">',
    '<img src=x onerror=1>',
    '<b style="color:red">',
  ];
  for (const markup of bad) expect(violations(markup)).not.toEqual([]);
});
