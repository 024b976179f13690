import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { contentKey, keptFileKey, type Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { EMPTY_OBJECT, FolderStore } from '@discord-relay/platform/object-store';
import { Documented } from '../../testing/documented.js';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { patientFetch } from '../../testing/patient-fetch.js';
import { tokenFor } from '../../testing/tokens.js';
import { CHANNEL, VIEWER } from '../../testing/world.js';

const WAIT_MS = 30_000;
const PICTURE = randomBytes(300_000);
const PAGE = Buffer.from('<script>alert(1)</script>');
const AS_VIEWER = { role: 'viewer', sub: VIEWER };
const STRANGER = { role: 'viewer', sub: '599' };
const shaOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');

let folder: string;
let store: FolderStore;
let gateway: TestGateway;
let messageId: Snowflake;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-kept-'));
  store = new FolderStore(folder);
  gateway = await startGateway({ MEDIA_DIR: folder, MEDIA_SWEEP_INTERVAL_S: '1' });
  messageId = await say([
    file('11', 'cat.png'),
    file('12', 'page.html'),
    file('13', 'notes.txt'),
    file('14', 'at-discord.png'),
  ]);
  await keep(messageId, '11', PICTURE);
  await keep(messageId, '12', PAGE);
  await keep(messageId, '13', Buffer.from('größer'));
});
afterAll(async () => {
  await gateway?.stop();
  await rm(folder, { recursive: true, force: true });
});

const file = (id: string, filename: string) => ({
  ...{ id, filename, contentType: null, sizeBytes: 1, width: null, height: null },
  url: `https://cdn.example/attachments/${CHANNEL}/${id}/${filename}`,
});

async function say(attachments: object[]): Promise<Snowflake> {
  const { body } = (await gateway.world.say()) as { body: { id: Snowflake } };
  await setAttachments(body.id, attachments);
  return body.id;
}

const setAttachments = (id: Snowflake, attachments: object[]) =>
  gateway.world.query('UPDATE messages SET attachments = $2 WHERE id = $1', [
    id,
    JSON.stringify(attachments),
  ]);

/** As an import does. */
async function keep(message: Snowflake, attachmentId: string, content: Buffer): Promise<void> {
  const sha256 = shaOf(content);
  await store.put(contentKey(sha256), {
    bytes: content.length,
    sha256,
    open: () => Readable.from([content]),
  });
  await store.put(
    keptFileKey({ messageId: message, attachmentId: attachmentId as Snowflake, sha256 }),
    EMPTY_OBJECT,
  );
}

const pathOf = (attachmentId: string) => `/api/v1/attachments/${messageId}/${attachmentId}`;

async function get(path: string, headers: Record<string, string> = {}, claims: object | null = AS_VIEWER) {
  const authorization = claims && { authorization: `Bearer ${await tokenFor({ ...claims })}` };
  return patientFetch(`${gateway.url}${path}`, {
    headers: { ...authorization, ...headers },
    redirect: 'manual',
  });
}
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

/** The address that a page gets, which needs no token. */
async function linkTo(attachmentId: string, claims: object = AS_VIEWER): Promise<string> {
  const response = await get(pathOf(attachmentId), { accept: 'application/json' }, claims);
  const { url } = (await response.json()) as { url: string };
  const { pathname, search } = new URL(url, `${gateway.url}${pathOf(attachmentId)}`);
  return pathname + search;
}

describe('a kept file', () => {
  it('a kept file is sent to users who may read its message, and cannot run anything in a browser', async () => {
    const response = await get(pathOf('11'));
    expect(response.status).toBe(200);
    expect((await bytesOf(response)).equals(PICTURE)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': '300000',
      'content-disposition': `inline; filename="cat.png"; filename*=UTF-8''cat.png`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      'accept-ranges': 'bytes',
      etag: `"${shaOf(PICTURE)}"`,
    });
    const page = await get(pathOf('12'));
    expect((await bytesOf(page)).equals(PAGE)).toBe(true);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="page.html"; filename*=UTF-8''page.html`,
    });
  });

  it.each([
    ['bytes=0-9', 206, 'bytes 0-9/300000', [0, 10]],
    ['bytes=299990-', 206, 'bytes 299990-299999/300000', [299_990, 300_000]],
    ['bytes=-5', 206, 'bytes 299995-299999/300000', [299_995, 300_000]],
    ['bytes=0-1,5-6', 200, null, [0, 300_000]],
    ['lines=1-2', 200, null, [0, 300_000]],
    ['bytes=300000-', 416, 'bytes */300000', [0, 0]],
  ])('the range %j of a kept file is answered with %d', async (range, status, contentRange, [start, end]) => {
    const response = await get(pathOf('11'), { range });
    expect([response.status, response.headers.get('content-range')]).toEqual([status, contentRange]);
    expect((await bytesOf(response)).equals(PICTURE.subarray(start, end))).toBe(true);
  });

  it('a kept file that the client has is not sent again, and a range of another file is the whole file', async () => {
    const etag = `"${shaOf(PICTURE)}"`;
    // Without the second header, `fetch` demands a fresh answer.
    const known = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
    expect((await get(pathOf('11'), known)).status).toBe(304);
    const range = { range: 'bytes=0-9' };
    expect((await get(pathOf('11'), { ...range, 'if-range': etag })).status).toBe(206);
    expect((await get(pathOf('11'), { ...range, 'if-range': '"other"' })).status).toBe(200);
  });

  it('a page gets an address that needs no token, with the rights of the user when it is used', async () => {
    const documented = Documented.of(await (await fetch(`${gateway.url}/api/openapi.json`)).json());
    const json = await get(pathOf('11'), { accept: 'application/json' });
    expect(documented.problemsOf(pathOf('11'), 200, await json.json())).toEqual([]);
    const link = await linkTo('11');
    const response = await get(link, { range: 'bytes=1-3' }, null);
    expect([response.status, (await bytesOf(response)).equals(PICTURE.subarray(1, 4))]).toEqual([206, true]);
    const head = await patientFetch(gateway.url + link, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '300000']);
    expect(await codeOf(await get(link.replace('/11/', '/12/'), {}, null))).toBe('AUTH.TOKEN_INVALID');
    expect(await codeOf(await get(link.split('?')[0]!, {}, null))).toBe('AUTH.TOKEN_MISSING');
    const [user] = await gateway.world.query<{ user_id: string }>(
      'UPDATE members SET left_at = now() WHERE user_id = $1 RETURNING user_id',
      [VIEWER],
    );
    expect(user).toBeDefined();
    try {
      expect(await codeOf(await get(link, {}, null))).toBe('ATTACHMENT.NOT_FOUND');
    } finally {
      await gateway.world.query('UPDATE members SET left_at = NULL WHERE user_id = $1', [VIEWER]);
    }
    expect((await get(link, {}, null)).status).toBe(200);
  });

  it('the text of a kept file is read from it', async () => {
    const response = await get(`${pathOf('13')}/text`);
    expect(await response.json()).toEqual({ text: 'größer', complete: true });
  });

  it('users who may not read the message cannot tell a kept file from none', async () => {
    const stranger = await get(pathOf('11'), {}, STRANGER);
    expect([stranger.status, await codeOf(stranger)]).toEqual([404, 'ATTACHMENT.NOT_FOUND']);
    expect((await get(`${pathOf('13')}/text`, {}, STRANGER)).status).toBe(404);
  });

  it('an attachment of which no file was kept is obtained from Discord', async () => {
    const response = await get(pathOf('14'));
    expect([response.status, await codeOf(response)]).toEqual([503, 'MEDIA.UNAVAILABLE']);
  });

  it('the files of a deleted message or attachment are not sent, and are removed unless others have the same content', async () => {
    const shared = Buffer.from('the same in two messages');
    const alone = Buffer.from('only in one');
    const other = await say([file('21', 'a.png'), file('22', 'b.png'), file('23', 'c.png')]);
    for (const [id, content] of [
      ['21', shared],
      ['22', alone],
      ['23', shared],
    ] as const)
      await keep(other, id, content);
    await keep(messageId, '14', shared);
    await keep('4998' as Snowflake, '31', Buffer.from('of a message that is not projected yet'));
    await setAttachments(other, [file('21', 'a.png'), file('22', 'b.png')]);
    await until('the file of the attachment is removed', WAIT_MS, async () =>
      (await keptOf(other)).length === 2 ? true : undefined,
    );
    await gateway.world.bulkDelete([other]);
    expect((await get(`/api/v1/attachments/${other}/22`)).status).toBe(404);
    await until('the files of the message are removed', WAIT_MS, async () =>
      (await keptOf(other)).length === 0 ? true : undefined,
    );
    expect(await store.sizeOf(contentKey(shaOf(alone)))).toBeUndefined();
    expect(await store.sizeOf(contentKey(shaOf(shared)))).toBe(shared.length);
    expect(await keptOf('4998' as Snowflake)).toHaveLength(1);
    expect(await keptOf(messageId)).toHaveLength(4);
  });
});

async function keptOf(message: Snowflake): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list('links/')) if (key.includes(`/${message}/`)) keys.push(key);
  return keys;
}
