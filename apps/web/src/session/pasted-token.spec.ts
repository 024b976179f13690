import { pastedToken } from './pasted-token.js';

describe('pastedToken', () => {
  it.each(['aa.b-b.c_c', '  aa.b-b.c_c\n', 'Bearer aa.b-b.c_c', '"aa.b-b.c_c"', 'aa.b-\n  b.c_c'])(
    'the token in the pasted text %j is found',
    (text) => {
      expect(pastedToken(text)).toBe('aa.b-b.c_c');
    },
  );

  it('a pasted service token is found', () => expect(pastedToken(' relay_a-b_c\n')).toBe('relay_a-b_c'));

  it.each(['', 'hello', 'a.b', 'a.b.c.d', 'a..c', 'a.b.ü'])(
    'no token is found in the pasted text %j',
    (text) => {
      expect(pastedToken(text)).toBeNull();
    },
  );
});
