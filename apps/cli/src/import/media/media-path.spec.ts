import fc from 'fast-check';
import { mediaPath } from './media-path.js';

describe('mediaPath', () => {
  it.each([
    ['export.json_Files/a-1234.png', ['export.json_Files', 'a-1234.png']],
    ['export.json_Files\\a b-1234.png', ['export.json_Files', 'a b-1234.png']],
    ['server [2]_Files/größe %20 #1.png', ['server [2]_Files', 'größe %20 #1.png']],
    ['x_Files/deep/er.bin', ['x_Files', 'deep', 'er.bin']],
  ])('the path %j leads to a file beside the export', (url, names) =>
    expect(mediaPath(url)).toEqual({ kind: 'beside', names }),
  );

  it.each([
    'https://cdn.discordapp.com/attachments/1/2/a.png',
    'HTTP://example.org/x_Files/a.png',
    '',
    null,
    7,
    undefined,
  ])('%j is no path', (url) => expect(mediaPath(url)).toEqual({ kind: 'remote' }));

  it.each([
    '../x_Files/a.png',
    'x_Files/../../a.png',
    'x_Files\\..\\a.png',
    '/etc/x_Files/passwd',
    'C:\\x_Files\\a.png',
    '\\\\server\\x_Files\\a.png',
    'x_Files/a.png:stream',
    'x_Files//a.png',
    'x_Files/',
    'x_Files',
    '_Files/.ssh',
    '.x_Files/a.png',
    'x_Files/.',
    'x_Files/a\0.png',
    'Documents/taxes.pdf',
    'taxes.pdf',
    'file:x_Files/a.png',
  ])('the path %j is refused', (url) => expect(mediaPath(url)).toEqual({ kind: 'refused' }));

  it('with the name of a folder, only that folder is accepted', () => {
    expect(mediaPath('media/a.png', 'media')).toEqual({ kind: 'beside', names: ['media', 'a.png'] });
    expect(mediaPath('x_Files/a.png', 'media')).toEqual({ kind: 'refused' });
    expect(mediaPath('../a.png', '..')).toEqual({ kind: 'refused' });
  });

  it('no path leaves the folder of the media, whatever an export names', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', '/', '\\', 'x_Files', 'C:', '~'), fc.string());
    const paths = fc.tuple(fc.array(part), fc.constantFrom('/', '\\')).map(([parts, by]) => parts.join(by));
    fc.assert(
      fc.property(paths, (url) => {
        const path = mediaPath(url);
        if (path.kind !== 'beside') return;
        expect(path.names[0]).toMatch(/_Files$/);
        for (const name of path.names) expect(name).not.toMatch(/^\.|[/\\:\p{Cc}]/u);
      }),
    );
  });
});
