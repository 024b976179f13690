import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { FolderStore } from './folder-store.js';
import { EMPTY_OBJECT, type ObjectSource } from './object-store.js';

const sourceOf = (content: Buffer): ObjectSource => ({
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  open: () => Readable.from([content]),
});

describe('FolderStore', () => {
  let folder: string;
  let store: FolderStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relay-objects-'));
    store = new FolderStore(join(folder, 'made/by/the/first/object'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function keys(prefix: string): Promise<string[]> {
    const found: string[] = [];
    for await (const key of store.list(prefix)) found.push(key);
    return found.sort();
  }

  it('an object is stored, measured, read as a whole and in parts, listed and removed', async () => {
    const content = Buffer.from('0123456789');
    await store.put('a/b/one', sourceOf(content));
    await store.put('a/two', EMPTY_OBJECT);
    expect([await store.sizeOf('a/b/one'), await store.sizeOf('a/two')]).toEqual([10, 0]);
    expect(await buffer((await store.read('a/b/one'))!)).toEqual(content);
    expect((await buffer((await store.read('a/b/one', { start: 2, end: 4 }))!)).toString()).toBe('234');
    expect(await keys('a/')).toEqual(['a/b/one', 'a/two']);
    await store.remove('a/b/one');
    await store.remove('a/b/one');
    expect(await keys('a/')).toEqual(['a/two']);
  });

  it('an object that is absent has no size and no content', async () => {
    expect(await store.sizeOf('a/none')).toBeUndefined();
    expect(await store.read('a/none')).toBeUndefined();
    expect(await keys('none/')).toEqual([]);
  });

  it('an object whose content is not what was announced is not stored, and leaves nothing behind', async () => {
    const wrong = { ...sourceOf(Buffer.from('abc')), open: () => Readable.from([Buffer.from('abd')]) };
    await expect(store.put('a/x', wrong)).rejects.toThrow('changed while it was stored');
    const broken = { ...wrong, open: () => Readable.from(failing()) };
    await expect(store.put('a/x', broken)).rejects.toThrow('disk on fire');
    expect(await store.sizeOf('a/x')).toBeUndefined();
    expect(await readdir(join(folder, 'made/by/the/first/object/.incomplete'))).toEqual([]);
  });

  it('what an interrupted writer left is removed after a day, and nothing else', async () => {
    await store.put('a/x', EMPTY_OBJECT);
    const incomplete = join(folder, 'made/by/the/first/object/.incomplete');
    await mkdir(incomplete, { recursive: true });
    for (const name of ['old', 'new']) await writeFile(join(incomplete, name), name);
    await utimes(join(incomplete, 'old'), 1, 1);
    await store.removeLeftovers();
    expect(await readdir(incomplete)).toEqual(['new']);
    expect(await keys('a/')).toEqual(['a/x']);
  });

  it('two writers of the same object do not disturb each other', async () => {
    const content = Buffer.alloc(1_000_000, 'x');
    await Promise.all(Array.from({ length: 8 }, () => store.put('a/same', sourceOf(content))));
    expect((await readFile(join(folder, 'made/by/the/first/object/a/same'))).equals(content)).toBe(true);
  });

  it.each(['../x', 'a/../x', '/x', 'a//x', '', 'a\\x', '.hidden', 'a/x.txt'])('%j is no key', async (key) => {
    await expect(store.sizeOf(key)).rejects.toThrow('no key');
    await expect(store.read(key)).rejects.toThrow('no key');
    await expect(store.put(key, EMPTY_OBJECT)).rejects.toThrow('no key');
    await expect(store.remove(key)).rejects.toThrow('no key');
  });
});

// eslint-disable-next-line require-yield
async function* failing(): AsyncGenerator<Buffer> {
  await Promise.resolve();
  throw new Error('disk on fire');
}
