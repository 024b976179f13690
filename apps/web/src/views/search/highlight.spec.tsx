import { hitsIn } from './highlight.js';

const found = (text: string, ...words: string[]) =>
  hitsIn(text, words).map(({ start, end }) => text.slice(start, end));

describe('hits of a search', () => {
  it('hits are beginnings of words, in any case', () =>
    expect(found('Hello, hell shell HELP', 'hel')).toEqual(['Hel', 'hel', 'HEL']));

  it('hits are text, whatever is searched for', () =>
    expect(found('a.b (c) a+b', 'a.b', '(c)', 'a+')).toEqual(['a.b', '(c)', 'a+']));

  it('a search without words has no hits', () => expect(found('text')).toEqual([]));
});
