import fc from 'fast-check';
import { dispositionOf, shownType } from './media-type.js';

describe('shownType', () => {
  it.each([
    [null, 'a.PNG', 'image/png'],
    [null, 'a.b.jpeg', 'image/jpeg'],
    ['image/webp', 'a.html', 'image/webp'],
    ['Video/MP4; codecs=avc1', 'x', 'video/mp4'],
  ])('a file with the type %j and the name %j is shown as %s', (type, name, shown) =>
    expect(shownType(type, name)).toBe(shown),
  );

  it.each([
    ['text/html', 'a.png'],
    ['image/svg+xml', 'a.png'],
    [null, 'a.svg'],
    [null, 'a.html'],
    [null, 'a.pdf'],
    [null, 'png'],
    [null, 'a.constructor'],
    ['application/octet-stream', 'a.png'],
  ])('a file with the type %j and the name %j is only downloaded', (type, name) =>
    expect(shownType(type, name)).toBeUndefined(),
  );
});

describe('dispositionOf', () => {
  it('the name of a file is sent twice: for all clients, and with all its characters', () =>
    expect(dispositionOf('inline', 'Größe "1"\\..\\(x).png')).toBe(
      `inline; filename="Gr__e _1__.._(x).png"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22_.._%28x%29.png`,
    ));

  it('no name breaks the header', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) =>
        expect(dispositionOf('attachment', name)).toMatch(
          /^attachment; filename="[\x20-\x21\x23-\x7e]*"; filename\*=UTF-8''[\w.!~%-]*$/,
        ),
      ),
    ));
});
