import type { AttachmentState, JsonObject, Snowflake } from '@discord-relay/contracts';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';
import type { TestMessage } from './render.js';

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

/** What markup may have. */
export interface MarkupRules {
  elements: ReadonlySet<string>;
  allows(tag: string, attribute: string, value: string): boolean;
}

/** The forbidden results of parsing the markup as a browser does. */
export function violations(markup: string, rules: MarkupRules = PAGE_RULES): string[] {
  const found: string[] = [];
  const visit = (node: DefaultTreeAdapterTypes.ChildNode) => {
    if (!('tagName' in node)) return;
    if (!rules.elements.has(node.tagName)) found.push(`<${node.tagName}>`);
    for (const { name, value } of node.attrs)
      if (!rules.allows(node.tagName, name, value)) found.push(`${node.tagName} ${name}=${value}`);
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

const PAGE_RULES: MarkupRules = { elements: ELEMENTS, allows: isAllowed };

/** A file that is read without the service: nothing is loaded, and nothing but its style sheet styles it. */
export const FILE_RULES: MarkupRules = {
  elements: new Set([
    ...[...ELEMENTS].filter((tag) => !['audio', 'button', 'img', 'link', 'video'].includes(tag)),
    ...['details', 'h1', 'h2', 'h3', 'header', 'input', 'label', 'main', 'nav', 'p', 'summary'],
  ]),
  allows(tag, name, value) {
    if (name === 'href') return /^(?:https?:\/\/|#[\w-]+$)/.test(value);
    if (name === 'type') return tag === 'input' && value === 'checkbox';
    if (['src', 'style', 'as', 'imagesrcset'].includes(name)) return false;
    return ATTRIBUTES.has(name) || /^data-(?:colour|own-colour|percent)$/.test(name);
  },
};

export const HOSTILE = [
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
export const hostileMessages = (evil: string): TestMessage[] => [
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
