import fc from 'fast-check';
import { safeReturnTo } from './return-to.js';

const HERE = 'https://relay.example';

describe('safeReturnTo', () => {
  it.each(['/', '/channels/1', '/channels/1?a=b&c=%2F#x', '/a//b'])(
    'the return address %j is accepted',
    (path) => expect(safeReturnTo(path)).toBe(path),
  );

  it.each([
    undefined,
    7,
    ['/a'],
    '',
    'channels',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/.//evil.example',
    '/..//evil.example',
    'javascript:alert(1)',
    `/${'a'.repeat(600)}`,
  ])('the root is used instead of the return address %j', (path) => expect(safeReturnTo(path)).toBe('/'));

  it.each([
    ['/relay/channels/1', '/relay/channels/1'],
    ['/relay/', '/relay/'],
    ['/relay', '/relay/'],
    ['/other', '/relay/'],
    ['/relay/../other', '/relay/'],
    ['//relay/', '/relay/'],
  ])('the return address below a path prefix %j becomes %j', (path, expected) =>
    expect(safeReturnTo(path, '/relay')).toBe(expected),
  );

  it('the return address never leaves the origin, whatever the input', () => {
    const odd = fc.stringMatching(/^[/\\.\t\n:@a-c%2?#]{0,12}$/);
    // Composed here: fc.webUrl() takes more than a second to prepare.
    const starts = fc.constantFrom('http://', 'https://', '//', '/\\', '/');
    const urls = fc.tuple(starts, fc.webAuthority(), odd).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(odd, fc.string(), urls), (text) => {
        expect(new URL(safeReturnTo(text), HERE).origin).toBe(HERE);
      }),
    );
  });
});
