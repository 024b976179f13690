import { existsSync } from 'node:fs';
import { readFile, truncate, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem, RestExport, RestExportList, RestExportSummary } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { startGateway, startReplica, type TestGateway } from '../../apps/gateway-api/src/testing/gateway.js';
import { tokenFor } from '../../apps/gateway-api/src/testing/tokens.js';
import { CHANNEL, GUILD, OTHER_CHANNEL, VIEWER } from '../../apps/gateway-api/src/testing/world.js';
import { relayInProcess } from '../support/clients/relay-in-process.js';
import { digestsIn, messageId, moveHead, tempFolder, writeHistory } from '../support/stacks/export-world.js';

const MESSAGES = 3_000;
/** More than the exports of a test need. */
const MAX_BYTES = 16_777_216;
const WAIT_MS = 120_000;
const TEST_MS = 300_000;
const ABSENT = '00000000-0000-4000-8000-000000000000';

let gateway: TestGateway;
let second: Awaited<ReturnType<typeof startReplica>>;
let folder: Awaited<ReturnType<typeof tempFolder>>;
let tokens: Record<'analyst' | 'other' | 'admin' | 'viewer', string>;

const stored = (...path: string[]): string => join(folder.path, 'stored', ...path);
const out = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  folder = await tempFolder();
  const env = {
    HTTP_REQUESTS_PER_S: '1000',
    EXPORTS_DIR: stored(),
    EXPORTS_MAX_QUEUED_PER_USER: '3',
    EXPORTS_MAX_BYTES_PER_USER: String(MAX_BYTES),
  };
  gateway = await startGateway({ ...env, INSTANCE_ID: 'first' });
  second = await startReplica(gateway, { ...env, INSTANCE_ID: 'second' });
  await writeHistory(gateway.world, MESSAGES);
  tokens = {
    analyst: await tokenFor({ role: 'analyst', sub: 'analyst' }),
    other: await tokenFor({ role: 'analyst', sub: 'other' }),
    admin: await tokenFor({ role: 'admin', sub: 'admin' }),
    viewer: await tokenFor({ role: 'viewer', sub: VIEWER }),
  };
}, TEST_MS);

afterAll(async () => {
  await second.stop();
  await gateway.stop();
  await folder.remove();
});

afterEach(() => gateway.world.query('DELETE FROM relay.exports'));

interface Sent {
  method?: string;
  body?: object;
  token?: string;
  headers?: Record<string, string>;
  url?: string;
}

const send = (
  path: string,
  { method = 'GET', body, token = tokens.analyst, headers, url = gateway.url }: Sent = {},
): Promise<Response> =>
  fetch(`${url}/api/v1/exports${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });

const post = (body: object, more: Sent = {}): Promise<Response> =>
  send('', { method: 'POST', body: { guildId: GUILD, ...body }, ...more });

async function create(body: object = {}, more: Sent = {}): Promise<RestExport> {
  const response = await post(body, more);
  expect({ status: response.status, text: await response.clone().text() }).toMatchObject({ status: 202 });
  return (await response.json()) as RestExport;
}

const show = async (id: string, token = tokens.analyst): Promise<RestExport> =>
  (await (await send(`/${id}`, { token })).json()) as RestExport;

/** Waits for a state. */
const reached = (id: string, state: RestExport['state'], token = tokens.analyst): Promise<RestExport> =>
  until(`the export is ${state}`, WAIT_MS, async () => {
    const found = await show(id, token);
    if (found.state === state) return found;
    // It has ended otherwise, and no longer changes.
    if (found.state === 'failed') throw new Error(`it failed: ${JSON.stringify(found.error)}`);
    return undefined;
  });

async function refusal(response: Promise<Response>): Promise<Pick<Problem, 'status' | 'code' | 'detail'>> {
  const { status, code, detail } = (await (await response).json()) as Problem;
  return { status, code, detail };
}

const relay = (args: string[], token = tokens.analyst, url = gateway.url) =>
  relayInProcess({ RELAY_URL: url, RELAY_TOKEN: token }, args);

/** Keeps the exports of a user waiting: a user has one running export. */
async function occupy(user: string): Promise<() => Promise<void>> {
  const [{ id }] = (await gateway.world.query<{ id: string }>(
    `INSERT INTO relay.exports (user_id, role, rights_until, guild_id, request, store, state, owner, lease_until)
     VALUES ($1, 'analyst', 'infinity', $2, '{"guild": "1", "filter": {}}', gen_random_uuid(), 'running', 'nobody', 'infinity')
     RETURNING id`,
    [user, GUILD],
  )) as [{ id: string }];
  return async () => void (await gateway.world.query('DELETE FROM relay.exports WHERE id = $1', [id]));
}

/** Makes message 1 mention a member, a role and a channel that viewers do not see. */
async function nameInMessages(channelId: string, name: string): Promise<void> {
  const { world } = gateway;
  const hidden = JSON.stringify([{ id: GUILD, type: 'role', allow: '0', deny: '1024' }]);
  await world.query(
    `INSERT INTO channels (id, guild_id, type, name, position, overwrites, seq) VALUES ($1, $2, 0, $3, 2, $4, 0)`,
    [channelId, GUILD, name, hidden],
  );
  await world.query(`UPDATE members SET nick = 'Grace of the server' WHERE guild_id = $1 AND user_id = $2`, [
    GUILD,
    VIEWER,
  ]);
  await world.query(
    `INSERT INTO roles (id, guild_id, name, permissions, position, seq) VALUES (9002, $1, 'Keepers', 0, 1, 0)`,
    [GUILD],
  );
  await world.query('UPDATE messages SET content = $2 WHERE id = $1', [
    messageId(1),
    `<@${VIEWER}> of <@&9002> wrote in <#${channelId}>`,
  ]);
}

describe('exports over HTTP', () => {
  it.each([
    ['ndjson', 'size', ['--query', 'text', '--has', 'attachment'], { query: 'text', has: ['attachment'] }],
    ['csv', 'day', ['--from', '2026-01-02', '--to', '2026-01-03'], { from: '2026-01-02', to: '2026-01-03' }],
    ['parquet', 'size', [], {}],
    ['dce', 'channel', ['--channel', CHANNEL], { channelIds: [CHANNEL] }],
    ['html', 'size', ['--query', 'text 1'], { query: 'text 1' }],
  ])(
    'an export as %s by %s that another replica serves has the bytes of `relay export`, manifest included',
    async (format, partition, options, body) => {
      const files = ['--format', format, '--partition', partition, '--rows-per-file', '700'];
      const args = ['export', '--guild', GUILD, '--out', out(`${format}-cli`), ...files, ...options];
      expect(await relay(args)).toMatchObject({ code: 0 });
      const { id } = await create({ format, partition, rowsPerFile: 700, ...body });
      const answer = await relay(
        ['exports', 'download', id, '--out', out(`${format}-http`)],
        tokens.analyst,
        second.url,
      );
      expect(answer).toMatchObject({ code: 0, stderr: '' });
      const digests = await digestsIn(out(`${format}-http`));
      expect(digests).toEqual(await digestsIn(out(`${format}-cli`)));
      expect(Object.keys(digests).length).toBeGreaterThan(1);
    },
    TEST_MS,
  );

  it(
    'an HTML export has the names that its creator may see, and the bytes of their `relay export`',
    async () => {
      await nameInMessages('9001', 'hidden-from-viewers');
      const files = ['--format', 'html', '--partition', 'channel', '--rows-per-file', '900'];
      const args = ['export', '--guild', GUILD, '--out', out('viewer-cli'), ...files];
      expect(await relay(args, tokens.viewer)).toMatchObject({ code: 0 });
      const body = { format: 'html', partition: 'channel', rowsPerFile: 900 };
      const { id } = await create(body, { token: tokens.viewer });
      const download = ['exports', 'download', id, '--out', out('viewer-http')];
      expect(await relay(download, tokens.viewer)).toMatchObject({ code: 0, stderr: '' });
      const digests = await digestsIn(out('viewer-http'));
      expect(digests).toEqual(await digestsIn(out('viewer-cli')));
      const first = await readFile(
        join(out('viewer-http'), `channel=${CHANNEL}/messages-${MESSAGES}-00001.html`),
        'utf8',
      );
      expect(
        ['Grace of the server', 'Keepers', 'hidden-from-viewers'].filter((name) => first.includes(name)),
      ).toEqual(['Grace of the server', 'Keepers']);
      const { files: listed } = await show(id, tokens.viewer);
      expect(listed.map(({ path }) => path)).toContain('index.html');
      expect(listed[0]).not.toHaveProperty('parts');
    },
    TEST_MS,
  );

  it(
    'an export is answered with its address, reports its progress and files, and only its creator and admins see it',
    async () => {
      const response = await post({ rowsPerFile: 1_000 });
      const { id } = (await response.clone().json()) as RestExport;
      expect([response.status, response.headers.get('location')]).toEqual([202, `/api/v1/exports/${id}`]);
      const done = await reached(id, 'done');
      expect(done).toMatchObject({
        request: {
          guildId: GUILD,
          channelIds: null,
          format: 'ndjson',
          partition: 'size',
          rowsPerFile: 1_000,
        },
        progress: { rows: MESSAGES, estimatedRows: MESSAGES, rowsPerS: null, remainingS: null },
        seq: MESSAGES,
        endSeq: MESSAGES,
        gaps: [],
        error: null,
        createdBy: 'analyst',
      });
      expect(done.files.map(({ rows }) => rows)).toEqual([1_000, 1_000, 1_000]);
      expect(done.bytes).toBe(done.files.reduce((sum, { bytes }) => sum + bytes, 0));
      expect(await refusal(send(`/${id}`, { token: tokens.other }))).toMatchObject({ status: 404 });
      expect((await show(id, tokens.admin)).id).toBe(id);
      const ofOthers = (await (await send('', { token: tokens.other })).json()) as RestExportList;
      expect(ofOthers).toEqual({ exports: [], next: null });
      const far = await tokenFor({ role: 'admin', sub: 'far', guilds: ['200'] });
      expect(await refusal(send(`/${id}`, { token: far }))).toMatchObject({ code: 'EXPORT.NOT_FOUND' });
    },
    TEST_MS,
  );

  it(
    'exports are listed newest first in pages, and a repeated request with an idempotency key finds the first one',
    async () => {
      const free = await occupy('analyst');
      const headers = { 'idempotency-key': 'key-1' };
      const [one, two] = [await create({}, { headers }), await create({ format: 'csv' })];
      expect((await create({}, { headers })).id).toBe(one.id);
      expect(await refusal(post({ format: 'csv' }, { headers }))).toMatchObject({
        status: 400,
        detail: expect.stringContaining('Idempotency-Key'),
      });
      const page = async (query: string): Promise<RestExportList> =>
        (await (await send(query)).json()) as RestExportList;
      const newest = await page('?limit=1');
      expect(newest.exports.map(({ id }) => id)).toEqual([two.id]);
      const next = await page(`?limit=1&before=${newest.next}`);
      expect(next.exports.map(({ id }: RestExportSummary) => id)).toEqual([one.id]);
      await free();
    },
    TEST_MS,
  );

  it(
    'a download resumes with a range, and the ETag is the SHA-256',
    async () => {
      const { id } = await create();
      const { files } = await reached(id, 'done');
      const [{ name, bytes, sha256 }] = files as [RestExport['files'][0]];
      const path = `/${id}/files/${name}`;
      const whole = await send(path);
      const content = Buffer.from(await whole.arrayBuffer());
      expect([whole.headers.get('etag'), content.length]).toEqual([`"${sha256}"`, bytes]);
      expect(whole.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
      const ranged = (range: string, more: Record<string, string> = {}) =>
        send(path, { headers: { range, ...more }, url: second.url });
      const rest = await ranged('bytes=100-', { 'if-range': `"${sha256}"` });
      expect(rest.status).toBe(206);
      expect(Buffer.from(await rest.arrayBuffer()).equals(content.subarray(100))).toBe(true);
      expect((await ranged('bytes=100-', { 'if-range': '"other"' })).status).toBe(200);
      expect((await ranged(`bytes=${bytes}-`)).status).toBe(416);
      expect(
        (await send(path, { headers: { 'if-none-match': `"${sha256}"`, 'cache-control': 'max-age=0' } }))
          .status,
      ).toBe(304);
      const head = await send(path, { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes)]);
      expect(await refusal(send(`/${id}/files/none.csv`))).toMatchObject({ code: 'EXPORT.NOT_FOUND' });

      const download = ['exports', 'download', id, '--out', out('resumed')];
      expect(await relay(download)).toMatchObject({ code: 0 });
      const file = join(out('resumed'), files[0]!.path);
      await truncate(file, 1_000);
      await rename(file, `${file}.part`);
      expect((await relay(download)).stdout).toContain('1 of them downloaded');
      expect((await readFile(file)).equals(content)).toBe(true);
    },
    TEST_MS,
  );

  it(
    'a cancelled export has no files, and neither has one that has expired',
    async () => {
      const [first, other] = [await create(), await create({ format: 'csv' })];
      await reached(first.id, 'done');
      const { files } = await reached(other.id, 'done');
      expect((await send(`/${first.id}`, { method: 'DELETE', url: second.url })).status).toBe(204);
      expect((await show(first.id)).state).toBe('cancelled');
      await until('its folder is removed', WAIT_MS, () => !existsSync(stored(first.id)) || undefined);
      await gateway.world.query('UPDATE relay.exports SET expires_at = now() WHERE id = $1', [other.id]);
      await reached(other.id, 'expired');
      await until('its folder is removed', WAIT_MS, () => !existsSync(stored(other.id)) || undefined);
      const gone = { status: 410, code: 'EXPORT.GONE' };
      expect(await refusal(send(`/${other.id}/files/${files[0]!.name}`))).toMatchObject(gone);
      expect(await refusal(send(`/${first.id}/manifest`))).toMatchObject(gone);
      expect(await refusal(send(`/${ABSENT}`, { method: 'DELETE' }))).toMatchObject({
        code: 'EXPORT.NOT_FOUND',
      });
    },
    TEST_MS,
  );

  it(
    'who may no longer read a channel cannot download what contains it',
    async () => {
      const { world } = gateway;
      const hide = async (deny: string) => {
        const overwrites = [{ id: GUILD, type: 'role' as const, allow: '0', deny }];
        const change = {
          of: 'channel',
          channelId: OTHER_CHANNEL,
          type: 0,
          parentId: null,
          overwrites,
          deleted: false,
        } as const;
        await world.access([change]);
        await moveHead(world, MESSAGES);
      };
      const all = await create({}, { token: tokens.viewer });
      const divided = await create({ partition: 'channel' }, { token: tokens.viewer });
      const [whole] = (await reached(all.id, 'done', tokens.viewer)).files;
      const parts = (await reached(divided.id, 'done', tokens.viewer)).files;
      const download = (id: string, name: string, token = tokens.viewer) =>
        send(`/${id}/files/${name}`, { token });
      expect((await download(all.id, whole!.name)).status).toBe(200);
      await hide('1024');
      const lost = { status: 403, code: 'EXPORT.ACCESS_LOST' };
      expect(await refusal(download(all.id, whole!.name))).toMatchObject(lost);
      expect(await refusal(send(`/${all.id}/manifest`, { token: tokens.viewer }))).toMatchObject(lost);
      const nameOf = (channelId: string) => parts.find(({ path }) => path.includes(`=${channelId}/`))!.name;
      expect(await refusal(download(divided.id, nameOf(OTHER_CHANNEL)))).toMatchObject(lost);
      expect((await download(divided.id, nameOf(CHANNEL))).status).toBe(200);
      await hide('0');
      expect((await download(all.id, whole!.name)).status).toBe(200);
      const { id } = await create();
      const [ofAnalyst] = (await reached(id, 'done')).files;
      const demoted = await tokenFor({ role: 'viewer', sub: 'analyst' });
      expect(await refusal(download(id, ofAnalyst!.name, demoted))).toMatchObject(lost);
    },
    TEST_MS,
  );

  it(
    'an export fails when the token that created it is revoked',
    async () => {
      const body = JSON.stringify({ name: 'exporter', role: 'analyst' });
      const headers = { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json' };
      const api = `${gateway.url}/api/v1/tokens`;
      const made = await fetch(api, { method: 'POST', headers, body });
      const { id: tokenId, token } = (await made.json()) as { id: string; token: string };
      const free = await occupy('token:exporter');
      const { id } = await create({}, { token });
      expect((await fetch(`${api}/${tokenId}`, { method: 'DELETE', headers })).status).toBe(204);
      await free();
      const failed = await until('it fails', WAIT_MS, async () => {
        const found = await show(id, tokens.admin);
        return found.state === 'failed' ? found : undefined;
      });
      expect(failed).toMatchObject({ error: { code: 'AUTH.TOKEN_REVOKED' }, files: [] });
    },
    TEST_MS,
  );

  it(
    'an export for which there is no space fails, lists only complete files, and continues when it is retried',
    async () => {
      const large = await create({ rowsPerFile: 500 });
      const { bytes } = await reached(large.id, 'done');
      // Leaves room for half of another one.
      const used = MAX_BYTES - Math.floor(bytes / 2);
      await gateway.world.query('UPDATE relay.exports SET bytes = $2 WHERE id = $1', [large.id, used]);
      const { id } = await create({ rowsPerFile: 500 });
      const failed = await until('it fails', WAIT_MS, async () => {
        const found = await show(id);
        return found.state === 'failed' ? found : undefined;
      });
      expect(failed.error).toMatchObject({ code: 'EXPORT.STORAGE_FULL' });
      expect(failed.files.every(({ rows }) => rows === 500)).toBe(true);
      expect(failed.bytes + used).toBeLessThanOrEqual(MAX_BYTES);
      await send(`/${large.id}`, { method: 'DELETE' });
      expect((await send(`/${id}/retry`, { method: 'POST' })).status).toBe(202);
      const done = await reached(id, 'done');
      expect(done.bytes).toBe(bytes);
      expect(done.files.map(({ sha256 }) => sha256).slice(0, failed.files.length)).toEqual(
        failed.files.map(({ sha256 }) => sha256),
      );
    },
    TEST_MS,
  );

  it(
    'a user has one running export and a limited number of waiting ones',
    async () => {
      const free = await occupy('analyst');
      const waiting = [await create(), await create()];
      expect(await refusal(post({}))).toMatchObject({ status: 429, code: 'EXPORT.TOO_MANY' });
      const others = await create({}, { token: tokens.other });
      await reached(others.id, 'done', tokens.other);
      expect((await Promise.all(waiting.map(({ id }) => show(id)))).map(({ state }) => state)).toEqual([
        'queued',
        'queued',
      ]);
      await free();
      for (const { id } of waiting) await reached(id, 'done');
    },
    TEST_MS,
  );

  it.each([
    [{ guildId: 'x' }, 'guildId'],
    [{ guildId: undefined }, 'guildId'],
    [{ channelIds: [] }, 'channelIds'],
    [{ channelIds: CHANNEL }, 'channelIds'],
    [{ channelIds: ['-1'] }, 'channelIds'],
    [{ format: 'xml' }, 'format'],
    [{ partition: 'hour' }, 'partition'],
    [{ rowsPerFile: 0 }, 'rowsPerFile'],
    [{ rowsPerFile: 1.5 }, 'rowsPerFile'],
    [{ rowsPerFile: '10' }, 'rowsPerFile'],
    [{ query: '' }, 'query'],
    [{ query: 'a\0' }, 'query'],
    [{ authorId: 'ada' }, 'authorId'],
    [{ from: 'yesterday' }, 'from'],
    [{ from: '2026-01-02', to: '2026-01-02' }, 'to must be after from'],
    [{ has: ['attachment', 'virus'] }, 'has'],
    [{ since: -1 }, 'since'],
    [{ since: 1, query: 'x' }, 'since excludes query'],
    [{ since: 1, format: 'dce' }, 'since excludes the format dce'],
    [{ since: 1, format: 'html' }, 'since excludes the format html'],
    [{ format: 'html', rowsPerFile: 50_001 }, 'rowsPerFile'],
    [{ other: 1 }, 'other'],
  ])('a request for an export with %j is refused with the name of the field', async (body, field) => {
    expect(await refusal(post(body))).toMatchObject({
      status: 400,
      code: 'REQUEST.INVALID',
      detail: expect.stringContaining(field),
    });
  });

  it('an export of what the caller may not read, or without a folder for exports, is refused', async () => {
    expect(await refusal(post({ guildId: '999' }))).toMatchObject({ code: 'GUILD.NOT_FOUND' });
    expect(await refusal(post({ channelIds: ['999'] }))).toMatchObject({ code: 'CHANNEL.NOT_FOUND' });
    const without = await startReplica(gateway, { INSTANCE_ID: 'without' });
    try {
      expect(await refusal(post({}, { url: without.url }))).toMatchObject({
        status: 404,
        code: 'EXPORT.NOT_CONFIGURED',
      });
    } finally {
      await without.stop();
    }
  });

  it(
    'a replica that stops hands its export over, and another one continues after the last complete file',
    async () => {
      const env = { EXPORTS_DIR: out('handover'), HTTP_REQUESTS_PER_S: '1000' };
      const third = await startReplica(gateway, { ...env, INSTANCE_ID: 'third' });
      // The list of files at the end depends on all of them.
      const { id } = await create({ format: 'html', rowsPerFile: 20 }, { url: third.url });
      await until('it has written two files', WAIT_MS, async () => {
        const { files } = await show(id);
        return files.length >= 2 || undefined;
      });
      await third.stop();
      expect((await show(id)).state).toBe('queued');
      const fourth = await startReplica(gateway, { ...env, INSTANCE_ID: 'fourth' });
      try {
        const { files, progress } = await reached(id, 'done');
        expect([files.length, progress.rows]).toEqual([MESSAGES / 20 + 1, MESSAGES]);
        const epochs = await gateway.world.query(
          'SELECT DISTINCT epoch FROM relay.export_files WHERE export_id = $1',
          [id],
        );
        expect(epochs).toHaveLength(2);
        const options = ['--format', 'html', '--rows-per-file', '20'];
        const whole = ['export', '--guild', GUILD, ...options, '--out', out('whole')];
        expect(await relay(whole)).toMatchObject({ code: 0 });
        const continued = ['exports', 'download', id, '--out', out('continued')];
        expect(await relay(continued, tokens.analyst, fourth.url)).toMatchObject({ code: 0 });
        expect(await digestsIn(out('continued'))).toEqual(await digestsIn(out('whole')));
        // The folder of another replica.
        expect(await refusal(send(`/${id}/files/${files[0]!.name}`))).toMatchObject({
          status: 503,
          detail: expect.stringContaining('share EXPORTS_DIR'),
        });
      } finally {
        await fourth.stop();
      }
    },
    TEST_MS,
  );
});
