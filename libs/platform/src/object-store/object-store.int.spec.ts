import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { S3Server } from '@discord-relay/local-stack';
import { FolderStore } from './folder-store.js';
import { EMPTY_OBJECT, type ObjectSource, type ObjectStore } from './object-store.js';
import { S3Store } from './s3-store.js';

const sourceOf = (content: Buffer): ObjectSource => ({
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  open: () => Readable.from([content]),
});

interface OpenedStore {
  store: ObjectStore;
  close(): Promise<void>;
}

async function openFolder(): Promise<OpenedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-objects-'));
  const close = () => rm(folder, { recursive: true, force: true });
  return { store: new FolderStore(join(folder, 'made/by/the/first/object')), close };
}

async function openS3(prefix?: string): Promise<OpenedStore> {
  const server = await S3Server.start();
  server.maxKeys = 2;
  server.objects.set('links/of-others', Buffer.from('x'));
  return { store: new S3Store({ ...server.access, prefix }), close: () => server.stop() };
}

describe.each([
  ['a folder', openFolder],
  ['S3-compatible storage', () => openS3()],
  ['S3-compatible storage with a prefix', () => openS3('of/relay')],
])('%s', (name, openStore) => {
  let opened: OpenedStore;
  let store: ObjectStore;

  beforeEach(async () => {
    opened = await openStore();
    ({ store } = opened);
  });
  afterEach(() => opened?.close());

  async function keys(prefix: string): Promise<string[]> {
    const found: string[] = [];
    for await (const key of store.list(prefix)) found.push(key);
    return found.sort();
  }

  it(`${name} stores an object, measures it, reads it as a whole and in parts, lists and removes it`, async () => {
    const content = Buffer.from('0123456789');
    await store.put('a/b/one', sourceOf(content));
    await store.put('a/two', EMPTY_OBJECT);
    expect([await store.sizeOf('a/b/one'), await store.sizeOf('a/two')]).toEqual([10, 0]);
    expect(await buffer((await store.read('a/b/one'))!)).toEqual(content);
    expect(await buffer((await store.read('a/two'))!)).toHaveLength(0);
    for (const [start, end, part] of [
      [2, 4, '234'],
      [0, 0, '0'],
      [8, 9, '89'],
    ] as const)
      expect((await buffer((await store.read('a/b/one', { start, end }))!)).toString()).toBe(part);
    expect(await keys('a/')).toEqual(['a/b/one', 'a/two']);
    await store.remove('a/b/one');
    await store.remove('a/b/one');
    expect(await keys('a/')).toEqual(['a/two']);
  });

  it(`${name} replaces an object, and lists only what is below the prefix, in however many pages`, async () => {
    const names = ['a/1', 'a/2', 'a/3', 'a/4/x', 'a/5', 'ab/6', 'b/7'];
    for (const key of names) await store.put(key, EMPTY_OBJECT);
    await store.put('a/1', sourceOf(Buffer.from('new')));
    expect(await store.sizeOf('a/1')).toBe(3);
    expect(await keys('a/')).toEqual(['a/1', 'a/2', 'a/3', 'a/4/x', 'a/5']);
  });

  it(`${name} has neither a size nor a content of an object that is absent`, async () => {
    expect(await store.sizeOf('a/none')).toBeUndefined();
    expect(await store.read('a/none')).toBeUndefined();
    expect(await store.read('a/none', { start: 0, end: 1 })).toBeUndefined();
    expect(await keys('none/')).toEqual([]);
  });

  it(`${name} does not store a content that is not the announced one`, async () => {
    const announced = sourceOf(Buffer.from('abc'));
    const others: [string, () => Readable, string][] = [
      ['another', () => Readable.from([Buffer.from('a'), Buffer.from('bd')]), 'changed while it was stored'],
      ['shorter', () => Readable.from([Buffer.from('ab')]), 'changed while it was stored'],
      ['longer', () => Readable.from([Buffer.from('abc'), Buffer.from('d')]), 'changed while it was stored'],
      ['none', () => Readable.from([]), 'changed while it was stored'],
      ['broken', () => Readable.from(failing()), 'disk on fire'],
    ];
    for (const [key, open, problem] of others)
      await expect(store.put(`a/${key}`, { ...announced, open })).rejects.toThrow(problem);
    expect(await keys('a/')).toEqual([]);
  });

  it(`${name} is not disturbed by several writers of the same object`, async () => {
    const content = Buffer.alloc(1_000_000, 'x');
    await Promise.all(Array.from({ length: 8 }, () => store.put('a/same', sourceOf(content))));
    expect((await buffer((await store.read('a/same'))!)).equals(content)).toBe(true);
  });

  it.each(['../x', 'a/../x', '/x', 'a//x', '', 'a\\x', '.hidden', 'a/x.txt', 'a/%2e', 'a/x?y'])(
    `${name} has no key %j`,
    async (key) => {
      await expect(store.sizeOf(key)).rejects.toThrow('no key');
      await expect(store.read(key)).rejects.toThrow('no key');
      await expect(store.put(key, EMPTY_OBJECT)).rejects.toThrow('no key');
      await expect(store.remove(key)).rejects.toThrow('no key');
    },
  );
});

async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.from('ab');
  await Promise.resolve();
  throw new Error('disk on fire');
}
