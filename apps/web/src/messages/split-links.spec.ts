import fc from 'fast-check';
import { splitLinks } from './split-links.js';

const linksOf = (content: string) =>
  splitLinks(content).flatMap(({ text, href }) => (href === undefined ? [] : [text]));

describe('splitLinks', () => {
  it.each([
    ['see https://example.com/a?b=1#c now', ['https://example.com/a?b=1#c']],
    ['https://example.com.', ['https://example.com']],
    ['(https://example.com)', ['https://example.com']],
    ['https://en.wikipedia.org/wiki/Foo_(bar)', ['https://en.wikipedia.org/wiki/Foo_(bar)']],
    ['<https://example.com/x>', ['https://example.com/x']],
    ['http://a.example https://b.example!', ['http://a.example', 'https://b.example']],
    ['HTTPS://EXAMPLE.COM', ['HTTPS://EXAMPLE.COM']],
  ])('finds the links of %j', (content, links) => {
    expect(linksOf(content)).toEqual(links);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'example.com',
    'https://',
    'xhttps://a.example',
    'ftp://a.b',
  ])('makes no link of %j', (content) => {
    expect(linksOf(content)).toEqual([]);
  });

  it('loses no character and links to http or https only, whatever the text', () => {
    const fragment = fc.constantFrom(
      'https://',
      'http://',
      'a.example',
      '/',
      '(',
      ')',
      '.',
      ' ',
      '\n',
      '<',
      'javascript:',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fragment).map((parts) => parts.join('')),
        ),
        (content) => {
          const parts = splitLinks(content);
          expect(parts.map(({ text }) => text).join('')).toBe(content);
          for (const { href } of parts) if (href !== undefined) expect(href).toMatch(/^https?:\/\//);
        },
      ),
    );
  });

  it('stays fast on a text made to be slow', () => {
    const content = `https://a.example/${'('.repeat(2_000)}${')'.repeat(2_000)}`;
    expect(
      splitLinks(content)
        .map(({ text }) => text)
        .join(''),
    ).toBe(content);
  });
});
