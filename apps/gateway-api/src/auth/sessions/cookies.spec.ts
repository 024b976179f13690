import { Cookies } from './cookies.js';

describe('Cookies', () => {
  it.each([
    ['relay_refresh=abc', 'abc'],
    ['a=b; relay_refresh=abc; c=d', 'abc'],
    ['not_relay_refresh=abc', undefined],
    ['relay_refresh=', undefined],
    ['relay_refresh=a%3Db', 'a=b'],
    ['relay_refresh=%', '%'],
    ['relay_refresh=first; relay_refresh=second', 'first'],
    ['__Secure-relay_refresh=abc', undefined],
    [undefined, undefined],
  ])('the cookie header %j is parsed', (header, value) =>
    expect(new Cookies(false, '').read(header, 'refresh')).toBe(value),
  );

  it('cookies that plain http may have set are ignored if the service uses https', () =>
    expect(new Cookies(true, '').read('relay_refresh=abc', 'refresh')).toBeUndefined());
});
