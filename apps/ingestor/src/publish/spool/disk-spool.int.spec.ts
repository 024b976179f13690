import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { canMount, SmallDisk, until } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { DiskSpool } from './disk-spool.js';

const logger = createLogger('ingestor', 'spec', 'silent');

describe('DiskSpool', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-spool-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const openSpool = (segmentBytes = 500, folder = dir) =>
    DiskSpool.open({ dir: folder, segmentBytes, onSynced: () => undefined }, logger);
  const record = (n: number) => ({ head: `h${n}`, payload: Buffer.from(`payload of ${n}`) });
  const synced = (spool: DiskSpool) =>
    until('all to be written', 5_000, () => (spool.unwrittenBytes === 0 ? true : undefined), 1);
  async function readAll(spool: DiskSpool): Promise<string[]> {
    const heads: string[] = [];
    for (let records = await spool.read(); records.length > 0; records = await spool.read())
      heads.push(...records.map(({ head }) => head));
    return heads;
  }
  const heads = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `h${from + i}`);
  /** One sync after another, so that there are many frames and segments. */
  async function fill(spool: DiskSpool, from: number, to: number): Promise<void> {
    for (let n = from; n < to; n++) {
      spool.append(record(n));
      await synced(spool);
    }
  }
  const segmentFiles = async () => (await readdir(dir)).filter((name) => name.endsWith('.spool')).sort();

  it('DiskSpool returns events in order, in this process and in the next', async () => {
    const spool = await openSpool();
    await fill(spool, 0, 40);
    expect(await readAll(spool)).toEqual(heads(0, 40));
    await spool.close();
    const next = await openSpool();
    expect([next.length, await readAll(next)]).toEqual([40, heads(0, 40)]);
    await next.close();
  });

  (canMount() ? it : it.skip)(
    'records of which a full disk takes only a part are kept until it has space',
    async () => {
      const disk = await SmallDisk.mount(dir, 64);
      try {
        const spool = await openSpool(1_000_000);
        const large = (n: number) => ({ head: `h${n}`, payload: Buffer.alloc(10_000, n) });
        for (let n = 0; n < 20; n++) {
          spool.append(large(n));
          await until(
            'the disk to take it or not',
            5_000,
            () => spool.unwrittenBytes === 0 || spool.failure,
            1,
          );
        }
        expect(spool.failure).toMatch(/ENOSPC/);
        expect(spool.unwrittenBytes).toBeGreaterThan(100_000);
        await disk.resize(1_024);
        await synced(spool);
        expect(spool.failure).toBeUndefined();
        expect(await readAll(spool)).toEqual(heads(0, 20));
        await spool.close();
        const next = await openSpool();
        expect(await readAll(next)).toEqual(heads(0, 20));
        await next.close();
      } finally {
        await disk.unmount();
      }
    },
  );

  it('DiskSpool syncs events together that arrive during a sync', async () => {
    let syncs = 0;
    const spool = await DiskSpool.open({ dir, segmentBytes: 1e6, onSynced: () => void syncs++ }, logger);
    for (let n = 0; n < 5_000; n++) spool.append(record(n));
    await synced(spool);
    expect(syncs).toBeLessThan(5);
    expect(await readAll(spool)).toHaveLength(5_000);
    await spool.close();
  });

  it('DiskSpool loses nothing that arrives while a frame is being written', async () => {
    const spool = await openSpool(1_000_000);
    for (let n = 0; n < 300; n++) {
      spool.append(record(n));
      if (n % 7 === 0) await new Promise(setImmediate);
    }
    await synced(spool);
    expect(await readAll(spool)).toEqual(heads(0, 300));
    await spool.close();
  });

  it('DiskSpool removes a file once everything in it and before it is done, and leaves an empty folder', async () => {
    const spool = await openSpool();
    await fill(spool, 0, 40);
    const before = await segmentFiles();
    for (let n = 1; n < 20; n++) spool.finish(n);
    expect(await segmentFiles()).toEqual(before);
    spool.finish(0);
    await until('files to go', 5_000, async () =>
      (await segmentFiles()).length < before.length ? true : undefined,
    );
    for (let n = 20; n < 40; n++) spool.finish(n);
    await until('all files to go', 5_000, async () =>
      (await segmentFiles()).length === 0 && spool.bytes === 0 ? true : undefined,
    );
    expect(spool.length).toBe(0);
    await fill(spool, 40, 42);
    expect(await readAll(spool)).toEqual(heads(40, 42));
    await spool.close();
  });

  it('DiskSpool leaves no file behind when records are done before they are written', async () => {
    const spool = await openSpool();
    for (const n of [0, 1]) spool.finish(spool.append(record(n), { handedOut: true }));
    await synced(spool);
    await until('an empty folder', 5_000, async () => (await segmentFiles()).length === 0 || undefined);
    await fill(spool, 2, 4);
    expect(await readAll(spool)).toEqual(heads(2, 4));
    await spool.close();
  });

  it('DiskSpool does not read again what its owner has in memory', async () => {
    const spool = await openSpool();
    for (let n = 0; n < 5; n++) spool.append(record(n), { handedOut: true });
    await fill(spool, 5, 8);
    expect(await readAll(spool)).toEqual(heads(5, 8));
    await spool.close();
  });

  it('DiskSpool truncates an unfinished write, wherever it ends, and continues after the complete frames', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.uint8Array({ maxLength: 30 }), async (place, garbage) => {
        const folder = await mkdtemp(join(dir, 'torn-'));
        const spool = await openSpool(300, folder);
        for (let n = 0; n < 12; n++) {
          spool.append(record(n));
          if (n % 3 === 2) await synced(spool);
        }
        await spool.close();
        const last = join(folder, (await readdir(folder)).sort().at(-1)!);
        const { size } = await stat(last);
        await truncate(last, place % (size + 1));
        await appendFile(last, garbage);
        const next = await openSpool(300, folder);
        const left = await readAll(next);
        expect(left).toEqual(heads(0, left.length));
        expect(left.length % 3).toBe(0);
        next.append({ head: `h${left.length}`, payload: Buffer.alloc(3) });
        await next.close();
        const third = await openSpool(300, folder);
        expect(await readAll(third)).toEqual(heads(0, left.length + 1));
        await third.close();
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [
      'a changed byte',
      async (path: string) => {
        const bytes = await readFile(path);
        bytes[40] = bytes[40]! ^ 1;
        await writeFile(path, bytes);
      },
    ],
    ['a missing file', (path: string) => rm(path)],
    ['a file cut short', (path: string) => truncate(path, 200)],
  ])(
    'DiskSpool stops at %s, keeps its contents, and continues when the cause is removed',
    async (_, damage) => {
      const spool = await openSpool();
      await fill(spool, 0, 40);
      await spool.close();
      const files = await segmentFiles();
      await damage(join(dir, files[1]!));
      for (let again = 0; again < 2; again++) {
        await expect(openSpool()).rejects.toMatchObject({
          code: 'LOG.SPOOL_DAMAGED',
          retry: 'stop',
          message: expect.stringContaining('.damaged'),
        });
      }
      const damaged = (await readdir(dir)).filter((name) => name.endsWith('.damaged'));
      expect(damaged.length).toBeGreaterThan(0);
      for (const name of damaged) await rm(join(dir, name));
      const next = await openSpool();
      const left = await readAll(next);
      expect(left.length).toBeGreaterThan(0);
      expect(left).toEqual(heads(0, left.length));
      await next.close();
    },
  );

  it('DiskSpool keeps in memory what the disk rejects, reports it, and passes it on without the disk', async () => {
    const spool = await openSpool();
    await rm(dir, { recursive: true });
    for (let n = 0; n < 10; n++) spool.append(record(n));
    await until('the failure', 5_000, () => spool.failure);
    expect(await readAll(spool)).toEqual(heads(0, 10));
    expect(spool.length).toBe(10);
    await spool.close();
  });

  it('DiskSpool writes what waited once the disk accepts it again', async () => {
    const spool = await openSpool();
    await rm(dir, { recursive: true });
    spool.append(record(0));
    await until('the failure', 5_000, () => spool.failure);
    await mkdir(dir);
    await until('it to be over', 5_000, () => (spool.failure === undefined ? true : undefined));
    await spool.close();
    const next = await openSpool();
    expect(await readAll(next)).toEqual(heads(0, 1));
    await next.close();
  });

  it('DiskSpool stops with the reason if its path cannot be a folder', async () => {
    await writeFile(join(dir, 'file'), '');
    await expect(openSpool(500, join(dir, 'file', 'spool'))).rejects.toMatchObject({
      code: 'LOG.SPOOL_UNUSABLE',
    });
  });
});
