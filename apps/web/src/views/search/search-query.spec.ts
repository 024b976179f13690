import fc from 'fast-check';
import { FILTERS, formatSearch, parseSearch, toRequest, typedFilter } from './search-query.js';

const NAMES = { users: [{ id: '7', name: 'Ada L' }], channels: [{ id: '5', name: 'general' }] };
const dayStart = (day: string, offset: number) => (/^\d{4}-\d\d-\d\d$/.test(day) ? `${day}+${offset}` : null);

describe('the search input', () => {
  it('the search input consists of filters and words, in any order', () => {
    expect(parseSearch('hello in:general from:"Ada L" HAS:link world')).toEqual({
      chips: [
        { filter: 'in', value: 'general' },
        { filter: 'from', value: 'Ada L' },
        { filter: 'has', value: 'link' },
      ],
      words: 'hello world',
    });
    expect(parseSearch('https://a.example:80 begin:end')).toEqual({
      chips: [],
      words: 'https://a.example:80 begin:end',
    });
  });

  it('the search input becomes a request with ids, and unknown names are reported', () => {
    const input = parseSearch(
      'x from:"ada l" in:#general mentions:9 has:link has:poll after:2026-01-02 has:cat in:none',
    );
    expect(toRequest(input, '1', NAMES, dayStart)).toEqual({
      query: {
        guild: '1',
        q: 'x',
        author: '7',
        channel: '5',
        mentions: '9',
        has: 'link,poll',
        from: '2026-01-02+1',
      },
      unknown: ['cat', 'none'],
    });
  });

  it('the search input offers completions for the filter at its end', () => {
    expect(typedFilter('hello fro')).toBeNull();
    expect(typedFilter('hello from:')).toEqual({ filter: 'from', value: '' });
    expect(typedFilter('from:Ad')).toEqual({ filter: 'from', value: 'Ad' });
    expect(typedFilter('from:Ad ')).toBeNull();
  });

  it('the search input is the same after parsing and formatting', () => {
    const value = fc.stringMatching(/^[^"\s][^"]{0,8}[^"\s]$/);
    const chips = fc.array(fc.record({ filter: fc.constantFrom(...FILTERS), value }), { maxLength: 4 });
    const word = fc.stringMatching(/^[a-z]{1,5}$/);
    fc.assert(
      fc.property(chips, fc.array(word, { maxLength: 3 }), (typed, words) => {
        const input = { chips: typed, words: words.join(' ') };
        expect(parseSearch(formatSearch(input))).toEqual(input);
      }),
    );
  });
});
