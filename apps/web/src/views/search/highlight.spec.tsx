import { hitsIn } from './highlight.js';

const found = (text: string, ...words: string[]) =>
  hitsIn(text, words).map(({ start, end }) => text.slice(start, end));

describe('hits of a search', () => {
  it('hits are beginnings of words, in any case', () =>
    expect(found('Hello, hell shell HELP', 'hel')).toEqual(['Hel', 'hel', 'HEL']));

  it('hits are text, whatever is searched for', () =>
    expect(found('a.b (c) a+b', 'a.b', '(c)', 'a+')).toEqual(['a.b', '(c)', 'a+']));

  it('hits in scripts without spaces are anywhere', () => {
    expect(found('今日は東京都で会議', '京都', '会議')).toEqual(['京都', '会議']);
    expect(found('한국어를', '국어')).toEqual(['국어']);
  });

  it('a search without words has no hits', () => expect(found('text')).toEqual([]));
});
