import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FolderStore } from './folder-store.js';
import { EMPTY_OBJECT } from './object-store.js';

/** What all stores do: object-store.int.spec.ts. */
describe('FolderStore', () => {
  let folder: string;
  let store: FolderStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relay-objects-'));
    store = new FolderStore(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('a content that is not the announced one leaves nothing in the folder', async () => {
    const wrong = { ...EMPTY_OBJECT, open: () => Readable.from([Buffer.from('x')]) };
    await expect(store.put('a/x', wrong)).rejects.toThrow('changed while it was stored');
    expect(await readdir(folder)).toEqual(['.incomplete']);
    expect(await readdir(join(folder, '.incomplete'))).toEqual([]);
  });

  it('what an interrupted writer left is removed after a day, and nothing else', async () => {
    await store.put('a/x', EMPTY_OBJECT);
    const incomplete = join(folder, '.incomplete');
    await mkdir(incomplete, { recursive: true });
    for (const name of ['old', 'new']) await writeFile(join(incomplete, name), name);
    await utimes(join(incomplete, 'old'), 1, 1);
    await store.removeLeftovers();
    expect(await readdir(incomplete)).toEqual(['new']);
    expect(await store.sizeOf('a/x')).toBe(0);
  });
});
