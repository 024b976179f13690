import { hitsIn } from './highlight.js';

const found = (text: string, ...words: string[]) =>
  hitsIn(text, words).map(({ start, end }) => text.slice(start, end));

describe('hits of a search', () => {
  it('are the beginnings of words, in any case', () =>
    expect(found('Hello, hell shell HELP', 'hel')).toEqual(['Hel', 'hel', 'HEL']));

  it('are text, whatever is searched for', () =>
    expect(found('a.b (c) a+b', 'a.b', '(c)', 'a+')).toEqual(['a.b', '(c)', 'a+']));

  it('are none without words', () => expect(found('text')).toEqual([]));
});
