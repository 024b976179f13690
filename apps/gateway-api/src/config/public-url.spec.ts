import { isPublicUrl, originOf, prefixOf } from './public-url.js';

describe('PUBLIC_URL', () => {
  it.each(['https://a.example', 'http://localhost:3000', 'https://a.example/relay', 'https://a.example/a/b'])(
    'PUBLIC_URL may be %s',
    (value) => expect(isPublicUrl(value)).toBe(true),
  );

  it.each([
    '',
    'a.example',
    'https://a.example/',
    'https://a.example/relay/',
    'https://a.example/relay?x=1',
    'https://a.example/#x',
    'https://user@a.example',
    'https://a.example/a/../b',
  ])('PUBLIC_URL may not be %j', (value) => expect(isPublicUrl(value)).toBe(false));

  it.each([
    ['https://a.example', 'https://a.example', ''],
    ['https://a.example/relay', 'https://a.example', '/relay'],
  ])('the PUBLIC_URL %s has an origin and a prefix', (value, origin, prefix) =>
    expect([originOf(value), prefixOf(value)]).toEqual([origin, prefix]),
  );
});
