import { linksOf } from './links.js';

it('the links of a text are its addresses wherever they stand, each once, and never those in code', () => {
  const text = [
    'https://example.org/a and [label](https://example.org/b)',
    '> **<https://example.org/c>**',
    '- ||https://example.org/a||',
    '`https://example.org/d` [x](javascript:alert(1))',
  ];
  expect(linksOf(text.join('\n'))).toEqual([
    'https://example.org/a',
    'https://example.org/b',
    'https://example.org/c',
  ]);
});
