import fc from 'fast-check';
import { parseMarkdown } from './parse-markdown.js';
import { newSteps } from './steps.js';
import type { Block, Inline } from './syntax.js';
import { outline } from '../testing/outline.js';

describe('parseMarkdown', () => {
  it.each([
    ['plain', 'p(plain)'],
    [
      '**bold** and *slanted* and _slanted_',
      'p(<strong bold> and <emphasis slanted> and <emphasis slanted>)',
    ],
    ['__under__ ~~gone~~ ||secret||', 'p(<underline under> <strike gone> <spoiler secret>)'],
    ['***both***', 'p(<strong <emphasis both>>)'],
    ['___both___', 'p(<underline <emphasis both>>)'],
    ['__**_all_**__', 'p(<underline <strong <emphasis all>>>)'],
    ['**a *b** c*', 'p(<strong a *b> c*)'],
    ['*a **b** c*', 'p(<emphasis a <strong b> c>)'],
    ['*a **b c*', 'p(<emphasis a **b c>)'],
    ['snake_case_name and _one_ more', 'p(snake_case_name and <emphasis one> more)'],
    ['2 * 3 * 4 = 24', 'p(2 * 3 * 4 = 24)'],
    ['** **', 'p(<strong  >)'],
    ['****', 'p(****)'],
    ['||||', 'p(||||)'],
    ['**open', 'p(**open)'],
    ['\\*not\\* \\_this\\_ \\\\ \\a', 'p(*not* _this_ \\ \\a)'],
    ['¯\\_(ツ)_/¯', 'p(¯\\_(ツ)_/¯)'],
    ['**a\nb**', 'p(<strong a\nb>)'],
    ['||**a** `b`||', 'p(<spoiler <strong a> <code b>>)'],
  ])('parseMarkdown parses the format of %j', (text, expected) => {
    expect(outline(parseMarkdown(text))).toBe(expected);
  });

  it.each([
    ['`a`', 'p(<code a>)'],
    ['``a ` b``', 'p(<code a ` b>)'],
    ['`` ` ``', 'p(<code `>)'],
    ['`**a**`', 'p(<code **a**>)'],
    ['`open', 'p(`open)'],
    ['```ts\nconst a = 1;\n```', 'p(<codeBlock:ts const a = 1;>)'],
    ['before ```code``` after', 'p(before <codeBlock code> after)'],
    ['```\n> not a quote\n# nor a heading\n```\nafter', 'p(<codeBlock > not a quote\n# nor a heading>after)'],
    ['```js```', 'p(<codeBlock js>)'],
    ['``````', 'p(``````)'],
    ['```open\n**bold**', 'p(```open\n<strong bold>)'],
    ['**a `b** c`', 'p(**a <code b** c>)'],
    ['> ```\n> code\n> ```', 'quote(p(<codeBlock code>))'],
    ['- ```js\n  code\n  ```\n- b', 'ul(item(p(<codeBlock:js code>)), item(p(b)))'],
  ])('parseMarkdown parses the code in %j', (text, expected) => {
    expect(outline(parseMarkdown(text))).toBe(expected);
  });

  it.each([
    ['# One\n## Two\n### Three\n#### Four', 'h1(One) h2(Two) h3(Three) p(#### Four)'],
    ['#hashtag', 'p(#hashtag)'],
    ['a\n# b\nc', 'p(a) h1(b) p(c)'],
    ['-# small', 'small(small)'],
    ['> a\n> b\nc', 'quote(p(a\nb)) p(c)'],
    ['a\n>>> b\n\nc\n# d', 'p(a) quote(p(b\n\nc) h1(d))'],
    ['> > a', 'quote(p(> a))'],
    ['>a', 'p(>a)'],
    ['> # a\n> - b', 'quote(h1(a) ul(item(p(b))))'],
    ['- a\n- b', 'ul(item(p(a)), item(p(b)))'],
    ['* a\n  * b\n    * c\n* d', 'ul(item(p(a) ul(item(p(b) ul(item(p(c)))))), item(p(d)))'],
    ['3. a\n4. b', 'ol:3(item(p(a)), item(p(b)))'],
    ['1. a\n  - b\n2. c', 'ol:1(item(p(a) ul(item(p(b)))), item(p(c)))'],
    ['- a\n1. b', 'ul(item(p(a))) ol:1(item(p(b)))'],
    ['- a\n  still a\nnot a', 'ul(item(p(a\nstill a))) p(not a)'],
    ['- # a', 'ul(item(h1(a)))'],
    ['-a', 'p(-a)'],
    ['text\n- a', 'p(text) ul(item(p(a)))'],
  ])('parseMarkdown parses the blocks of %j', (text, expected) => {
    expect(outline(parseMarkdown(text))).toBe(expected);
  });

  it.each([
    ['https://example.org/a?b=c#d.', 'p(<link:https://example.org/a?b=c#d https://example.org/a?b=c#d>.)'],
    ['(https://example.org/a_(b))', 'p((<link:https://example.org/a_(b) https://example.org/a_(b)>))'],
    ['**https://example.org/**', 'p(<strong <link:https://example.org/ https://example.org/>>)'],
    ['||https://example.org/||x', 'p(<spoiler <link:https://example.org/ https://example.org/>>x)'],
    ['<https://example.org/>', 'p(<link:https://example.org/ https://example.org/>)'],
    ['xhttps://example.org', 'p(xhttps://example.org)'],
    ['[a](https://example.org)', 'p(<link:https://example.org/ a>)'],
    ['[a](<https://example.org> "Title")', 'p(<link:https://example.org/ a>)'],
    ['[**a**](https://example.org/b_(c))', 'p(<link:https://example.org/b_(c) <strong a>>)'],
    ['[[a]](https://example.org)', 'p(<link:https://example.org/ [a]>)'],
    ['[a](javascript:alert(1))', 'p([a](javascript:alert(1)))'],
    ['[a](  https://example.org)', 'p([a](  <link:https://example.org/ https://example.org>))'],
    ['[a](data:text/html,b)', 'p([a](data:text/html,b))'],
    ['[ ](https://example.org)', 'p([ ](<link:https://example.org/ https://example.org>))'],
    ['[a](https://)', 'p([a](https://))'],
    [
      '[https://good.example](https://bad.example)',
      'p([<link:https://good.example/ https://good.example>](<link:https://bad.example/ https://bad.example>))',
    ],
  ])('parseMarkdown parses the links of %j', (text, expected) => {
    expect(outline(parseMarkdown(text))).toBe(expected);
  });

  it.each([
    ['<@1> <@!2> <@&3> <#4>', 'p(<user:1> <user:2> <role:3> <channel:4>)'],
    ['@everyone @here @someone', 'p(<everyone:@everyone> <everyone:@here> @someone)'],
    ['<:cat:5><a:dog:6>', 'p(<emoji:cat:5><emoji:dog:6:animated>)'],
    [
      '<t:0> <t:1700000000:R> <t:9999999999999>',
      'p(<timestamp:0:f> <timestamp:1700000000:R> <t:9999999999999>)',
    ],
    ['</play music:7>', 'p(<command:play music:7>)'],
    ['<id:customize> <id:nowhere>', 'p(<navigation:customize> <id:nowhere>)'],
    ['<ada@example.org> <+15551234>', 'p(<contact:ada@example.org> <contact:+15551234>)'],
    ['<script>alert(1)</script>', 'p(<script>alert(1)</script>)'],
    ['\\<@1>', 'p(<@1>)'],
  ])('parseMarkdown parses Discord’s syntax in %j', (text, expected) => {
    expect(outline(parseMarkdown(text))).toBe(expected);
  });
});

/** The delimiters of formats, for texts that combine them in every way. */
const PIECES = [
  ...[
    '*',
    '**',
    '***',
    '_',
    '__',
    '~~',
    '||',
    '`',
    '``',
    '```',
    '\\',
    '[',
    ']',
    '](',
    '(',
    ')',
    '<',
    '>',
    '\n',
  ],
  ...[
    '\n> ',
    '\n>>> ',
    '\n- ',
    '\n  - ',
    '\n1. ',
    '\n# ',
    '\n-# ',
    ' ',
    'a',
    '_b',
    'https://a.b',
    '[a](',
    '"',
  ],
  ...[
    '](https://a.b',
    '<https://',
    '<@1>',
    '<t:1:R>',
    '<:a:',
    '@here',
    '¯\\_',
    '\u{1f600}',
    '|',
    '```js\n',
    '\t',
  ],
];
const MAX_LENGTH = 4_000;
/** Examined characters per character of the text: twice what the worst measured text needs. */
const STEPS_PER_CHARACTER = 20;

function parseCounting(text: string): { blocks: Block[]; perCharacter: number } {
  const steps = newSteps();
  const blocks = parseMarkdown(text, steps);
  return { blocks, perCharacter: steps.count / Math.max(text.length, 1) };
}

describe('the cost of parsing', () => {
  it.each([
    ...PIECES,
    '**a ',
    '[a](https://a.b ',
    '> - ',
    '*a',
    '_a_b',
    '||a',
    '~~a~',
    '[[',
    '`a``',
    '- a\n ',
  ])('the cost of parsing is linear for repetitions of %j', (piece) => {
    const { perCharacter } = parseCounting(piece.repeat(Math.ceil(MAX_LENGTH / piece.length)));
    expect(perCharacter).toBeLessThan(STEPS_PER_CHARACTER);
  });

  it('the cost of parsing is linear for nested lists', () => {
    const lines = Array.from({ length: 80 }, (_, depth) => `${' '.repeat(depth)}- a`);
    expect(parseCounting(lines.join('\n')).perCharacter).toBeLessThan(STEPS_PER_CHARACTER);
  });

  it('the cost of parsing is linear for any pieces in any order, and the tree is shallow', () => {
    const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, fc.array(fc.constantFrom(...PIECES), { maxLength: 200 }), (unit, rest) => {
        const repeated = unit.length === 0 ? '' : unit.join('').repeat(40);
        const { blocks, perCharacter } = parseCounting(rest.join('') + repeated.slice(0, MAX_LENGTH));
        expect(perCharacter).toBeLessThan(STEPS_PER_CHARACTER);
        expect(depthOf(blocks)).toBeLessThan(40);
      }),
      { numRuns: 300 },
    );
  });

  it('parsing loses no word of any text', () => {
    const words = fc.array(fc.constantFrom(...PIECES, 'word1 ', 'word2 ', 'word3 '), { maxLength: 60 });
    fc.assert(
      fc.property(words, (pieces) => {
        const text = pieces.join('');
        const count = (where: string) => where.split('word').length;
        expect(count(JSON.stringify(parseMarkdown(text)))).toBeGreaterThanOrEqual(count(text));
      }),
      { numRuns: 300 },
    );
  });
});

function depthOf(nodes: readonly (Block | Inline)[]): number {
  return nodes.reduce((deepest, node) => Math.max(deepest, 1 + depthOf(childrenOf(node))), 0);
}

function childrenOf(node: Block | Inline): readonly (Block | Inline)[] {
  if (node.type === 'list') return node.items.flat();
  return 'children' in node ? node.children : [];
}
