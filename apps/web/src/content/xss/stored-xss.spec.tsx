import type { JsonObject, JsonValue } from '@discord-relay/contracts';
import fc from 'fast-check';
import { codePoint } from '../../../../../test/support/values/code-point.js';
import { Markdown } from '../markdown-view/markdown.js';
import { HOSTILE, hostileMessages, violations } from '../testing/hostile.js';
import { markupOf, messageMarkup, RICH_CONTEXT } from '../testing/render.js';

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
