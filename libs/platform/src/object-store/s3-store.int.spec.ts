import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { S3Server, s3Refusal, until } from '@discord-relay/local-stack';
import { EMPTY_OBJECT, type ObjectSource } from './object-store.js';
import { type S3Options, S3Store } from './s3-store.js';

const CONTENT = Buffer.alloc(300_000, 'content');
const PART = Buffer.alloc(65_536);
const PARTS = 1_024;
/** What fits into the buffers between two ends of a connection. */
const BUFFERED = PARTS / 4;
const WAIT_MS = 30_000;

const sourceOf = (content: Buffer): ObjectSource => ({
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  open: () => Readable.from([content.subarray(0, 100_000), content.subarray(100_000)]),
});

async function keysOf(store: S3Store): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list('a/')) keys.push(key);
  return keys;
}

/** What all stores do: object-store.int.spec.ts. */
describe('S3Store', () => {
  let server: S3Server;
  let store: S3Store;
  const open = (changed: Partial<S3Options> = {}) =>
    new S3Store({ ...server.access, retry: { firstMs: 1, capMs: 1 }, ...changed });

  beforeEach(async () => {
    server = await S3Server.start();
    store = open();
    server.objects.set('a/x', CONTENT);
  });
  afterEach(() => server?.stop());

  const work: [string, string, () => Promise<unknown>][] = [
    ['PUT', 'a/y', () => store.put('a/y', sourceOf(CONTENT))],
    ['GET', 'a/x', async () => buffer((await store.read('a/x'))!)],
    ['GET', 'a/x', async () => buffer((await store.read('a/x', { start: 0, end: 9 }))!)],
    ['GET', '', () => keysOf(store)],
    ['HEAD', 'a/x', () => store.sizeOf('a/x')],
    ['DELETE', 'a/x', () => store.remove('a/x')],
  ];

  it.each(work)('a %s of %j that fails for a while is repeated', async (method, key, request) => {
    const expected = await request();
    server.requests.length = 0;
    server.fail(method, s3Refusal(503, 'SlowDown'), (incoming) => incoming.socket.destroy());
    expect(await request()).toEqual(expected);
    expect(server.requests).toEqual(Array.from({ length: 3 }, () => `${method} ${key}`));
  });

  it.each(work)('a %s of %j that always fails is given up', async (method, _key, request) => {
    server.fail(method, ...Array.from({ length: 4 }, () => s3Refusal(500, 'InternalError')));
    await expect(request()).rejects.toThrow(`the S3-compatible storage refused`);
    expect(server.requests).toHaveLength(3);
  });

  it.each(work)(
    'a %s of %j that is refused is not repeated, and the error has the reason',
    async (method, _, request) => {
      store = open({ secretAccessKey: 'wrong' });
      const reason = method === 'HEAD' ? 'Unknown' : 'SignatureDoesNotMatch';
      await expect(request()).rejects.toThrow(`: 403 ${reason}`);
      expect(server.requests).toHaveLength(1);
      expect([...server.objects.keys()]).toEqual(['a/x']);
    },
  );

  it('a bucket that does not exist is an error, and no absent object', async () => {
    store = open({ bucket: 'another' });
    for (const [method, , request] of work)
      if (method !== 'HEAD') await expect(request()).rejects.toThrow('404 NoSuchBucket');
  });

  it('storage that cannot be reached is an error that says so', async () => {
    await server.stop();
    const error = await store.sizeOf('a/x').catch((thrown: unknown) => thrown);
    expect(String(error)).toBe('Error: the S3-compatible storage cannot be used (HEAD a/x)');
    expect(String((error as { cause: { cause: unknown } }).cause.cause)).toContain('ECONNREFUSED');
  });

  it.each<[string, (response: ServerResponse) => void]>([
    [
      'the page of a proxy',
      (response) => response.setHeader('content-type', 'text/html').end('<html>Hello</html>'),
    ],
    ['nothing', (response) => response.end()],
    [
      'half a list',
      (response) => response.end('<ListBucketResult><IsTruncated>false</IsTruncated><Contents>'),
    ],
    ['a list without its end', (response) => response.end('<ListBucketResult></ListBucketResult>')],
    [
      'a list without its next page',
      (response) => response.end('<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>'),
    ],
    ['a redirect', (response) => response.writeHead(302, { location: '/a' }).end()],
    ['an endless list', (response) => Readable.from(endless()).pipe(response)],
  ])('%s is not taken for an empty list', async (_name, answer) => {
    server.fail(
      'GET',
      ...Array.from({ length: 3 }, () => (_: unknown, response: ServerResponse) => answer(response)),
    );
    await expect(keysOf(store)).rejects.toThrow('the S3-compatible storage');
  });

  it('a list whose second page fails is no shorter list', async () => {
    server.maxKeys = 1;
    server.objects.set('a/y', CONTENT);
    const failing = s3Refusal(500, 'InternalError');
    server.fail('GET', undefined, failing, failing, failing);
    await expect(keysOf(store)).rejects.toThrow('500 InternalError');
    expect(await keysOf(store)).toEqual(['a/x', 'a/y']);
  });

  it('a whole content in place of a part is an error', async () => {
    const whole = (_: unknown, response: ServerResponse) => response.end(CONTENT);
    server.fail('GET', whole, whole, whole);
    await expect(store.read('a/x', { start: 5, end: 9 })).rejects.toThrow('cannot be used');
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['breaks off', (response) => response.destroy()],
    ['ends too early', (response) => response.socket!.end()],
    ['stops', () => undefined],
  ])('reading a content that %s in the middle fails', async (_name, interrupt) => {
    store = open({ waits: { answerMs: 500, storeMs: 500 } });
    server.fail('GET', (_, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 200_000), () => interrupt(response));
    });
    const content = await store.read('a/x');
    await expect(buffer(content!)).rejects.toThrow();
  });

  it('a request that is never answered is given up', async () => {
    store = open({ waits: { answerMs: 100, storeMs: 100 } });
    for (const [method] of work) server.fail(method, ...Array.from({ length: 3 }, () => () => undefined));
    const results = await Promise.allSettled(work.map(([, , request]) => request()));
    for (const result of results)
      expect(String((result as PromiseRejectedResult).reason)).toContain('storage cannot be used');
  });

  it('a content that arrived with other bytes is refused by its checksum', async () => {
    // The request has another checksum than that of the content, as after a fault on the way.
    const announced = sourceOf(CONTENT);
    const other = { ...announced, sha256: sourceOf(PART).sha256 };
    await expect(store.put('a/y', { ...other, bytes: 0 })).rejects.toThrow('400 BadDigest');
    expect(server.objects.has('a/y')).toBe(false);
  });

  it('a content is read from its source only as fast as the storage takes it', async () => {
    let opened = 0;
    const source = {
      ...{ bytes: PARTS * PART.length, sha256: EMPTY_OBJECT.sha256 },
      open: () =>
        Readable.from(
          counted(() => (opened += 1)),
          { highWaterMark: 1 },
        ),
    };
    let take: () => void = () => undefined;
    server.fail('PUT', (request) => (take = () => request.resume()));
    const stored = expect(store.put('a/y', source)).rejects.toThrow('changed while it was stored');
    await settled(() => opened);
    expect(opened).toBeLessThan(BUFFERED);
    take();
    await stored;
    expect(opened).toBe(PARTS);
  });

  it('a content is read from the storage only as fast as its reader takes it', async () => {
    let sent = 0;
    server.fail('GET', (_, response) => {
      response.writeHead(200, { 'content-length': PARTS * PART.length });
      Readable.from(
        counted(() => (sent += 1)),
        { highWaterMark: 1 },
      ).pipe(response);
    });
    store = open({ waits: { answerMs: 200, storeMs: 200 } });
    const content = (await store.read('a/x'))!;
    await settled(() => sent);
    expect(sent).toBeLessThan(BUFFERED);
    // The reader was slower than the storage may be, and reads the rest.
    let bytes = 0;
    for await (const chunk of content) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(PARTS * PART.length);
  });

  it('a reader that goes away closes the connection', async () => {
    const closed = new Promise((resolve) =>
      server.fail('GET', (_, response) => {
        void once(response, 'close').then(resolve);
        response.writeHead(200, { 'content-length': 1_000_000 });
        response.write(PART);
      }),
    );
    const content = (await store.read('a/x'))!;
    await once(content, 'readable');
    content.destroy();
    await closed;
    expect(content.destroyed).toBe(true);
  });
});

function* counted(onPart: () => void): Generator<Buffer> {
  for (let part = 0; part < PARTS; part += 1) {
    onPart();
    yield PART;
  }
}

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536, ' ');
}

/** Resolves when a count has not grown for a while. */
async function settled(count: () => number): Promise<void> {
  let [last, since] = [-1, performance.now()];
  await until('nothing moves', WAIT_MS, () => {
    if (count() !== last) [last, since] = [count(), performance.now()];
    return (last > 0 && performance.now() - since > 300) || undefined;
  });
}
