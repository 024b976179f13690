import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareSnowflakes, EXPORT_COLUMNS } from '@discord-relay/contracts';
import { repositoryRoot, until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../../apps/gateway-api/src/testing/gateway.js';
import { tokenFor } from '../../apps/gateway-api/src/testing/tokens.js';
import { CHANNEL, GUILD, OTHER_CHANNEL, VIEWER } from '../../apps/gateway-api/src/testing/world.js';
import {
  digestsIn,
  messageId,
  moveHead,
  StallingProxy,
  tempFolder,
  writeHistory,
} from '../support/stacks/export-world.js';
import { DuckFolder } from '../support/clients/duck-folder.js';
import type { RelayAnswer } from '../support/clients/relay-cli.js';
import { relayInProcess } from '../support/clients/relay-in-process.js';

/** Three pages of the endpoint. */
const MESSAGES = 12_000;
const WAIT_MS = 120_000;
const TEST_MS = 300_000;

interface Manifest {
  runs: { since: number | null; seq: number; endSeq: number; rows: number }[];
  files: { path: string; rows: number; bytes: number; sha256: string }[];
  gaps: { gapId: string }[];
  columns: { name: string }[];
}

let gateway: TestGateway;
let env: Record<string, string>;
let folder: Awaited<ReturnType<typeof tempFolder>>;

beforeAll(async () => {
  gateway = await startGateway({ HTTP_REQUESTS_PER_S: '1000' });
  await writeHistory(gateway.world, MESSAGES);
  await gateway.world.query(
    `INSERT INTO gaps (gap_id, guild_id, cause, opened_at, from_time, to_time, seq)
     VALUES ('gap-1', $1, 'session_lost', '2026-01-02', '2026-01-02', '2026-01-03', 5)`,
    [GUILD],
  );
  env = { RELAY_URL: gateway.url, RELAY_TOKEN: await tokenFor({ role: 'analyst' }) };
}, TEST_MS);
afterAll(() => gateway.stop());
beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(() => folder.remove());

const out = (name: string): string => join(folder.path, name);
const argsFor = (name: string, ...more: string[]): string[] => [
  ...['export', '--guild', GUILD, '--out', out(name)],
  ...more,
];
const relay = (name: string, ...more: string[]): Promise<RelayAnswer> =>
  relayInProcess(env, argsFor(name, ...more));

async function exported(name: string, ...more: string[]): Promise<Manifest> {
  const answer = await relay(name, '--json', ...more);
  expect({ code: answer.code, stderr: answer.stderr }).toMatchObject({ code: 0 });
  return JSON.parse(answer.stdout) as Manifest;
}

const textOf = async (name: string, { files }: Pick<Manifest, 'files'>): Promise<string> =>
  (await Promise.all(files.map(({ path }) => readFile(join(out(name), path), 'utf8')))).join('');

async function rowsOf(name: string, manifest: Pick<Manifest, 'files'>): Promise<Record<string, unknown>[]> {
  const lines = (await textOf(name, manifest)).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('relay export', () => {
  it(
    '`relay export` writes every message once, and a manifest with digests and gaps, and repeats the same bytes',
    async () => {
      const manifest = await exported('first', '--rows-per-file', '5000');
      expect(manifest.runs).toEqual([{ since: null, seq: MESSAGES, endSeq: MESSAGES, rows: MESSAGES }]);
      expect(manifest.files.map(({ rows }) => rows)).toEqual([5_000, 5_000, 2_000]);
      expect(manifest.gaps).toMatchObject([{ gapId: 'gap-1' }]);
      for (const { path, bytes, sha256 } of manifest.files) {
        const content = await readFile(join(out('first'), path));
        const digest = createHash('sha256').update(content).digest('hex');
        expect({ path, bytes: content.length, sha256: digest }).toEqual({ path, bytes, sha256 });
      }
      const rows = await rowsOf('first', manifest);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(MESSAGES);
      expect(Object.keys(rows[0]!)).toEqual(EXPORT_COLUMNS.map(({ name }) => name));
      expect(rows.find(({ id }) => id === messageId(100))).toMatchObject({
        channel_id: CHANNEL,
        content: 'text 100, "quoted"\n=1+1 😀',
        created_at: '2026-01-01T01:40:00.000Z',
        seq: 100,
      });

      const answer = await relay('second', '--rows-per-file', '5000');
      expect(answer.stdout).toBe(
        `${MESSAGES} messages up to sequence ${MESSAGES}; 3 files in all: see manifest.json\n` +
          '1 gaps in the exported time: see gaps in manifest.json\n',
      );
      expect(await digestsIn(out('second'))).toEqual(await digestsIn(out('first')));
    },
    TEST_MS,
  );

  it(
    '`relay export` that is killed continues after its last complete file, and ends with the same bytes',
    async () => {
      for (const format of ['ndjson', 'parquet']) {
        const options = ['--format', format, '--rows-per-file', '900'];
        const [whole, killed] = [`${format}-whole`, `${format}-killed`];
        await exported(whole, ...options);
        const proxy = await StallingProxy.start(gateway.url, 2);
        try {
          await killWhenStalled(proxy, killed, options, `messages-${MESSAGES}-00012.${format}.part`);
        } finally {
          await proxy.stop();
        }
        expect(existsSync(join(out(killed), 'manifest.json'))).toBe(false);
        const other = await relay(killed, '--format', format, '--rows-per-file', '901');
        expect(other).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('contains an export with other options'),
        });
        expect((await exported(killed, ...options)).runs).toMatchObject([{ rows: MESSAGES }]);
        expect(await digestsIn(out(killed))).toEqual(await digestsIn(out(whole)));
      }
    },
    TEST_MS,
  );

  /** Kills an export while it waits for its third page and writes this file. */
  async function killWhenStalled(
    proxy: StallingProxy,
    name: string,
    options: string[],
    file: string,
  ): Promise<void> {
    const args = [join(repositoryRoot, 'tools/relay.mjs'), ...argsFor(name, ...options)];
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, RELAY_URL: proxy.url },
      stdio: 'ignore',
    });
    try {
      await until('the third page is requested and the twelfth file is open', WAIT_MS, () =>
        proxy.stalled > 0 && existsSync(join(out(name), file)) ? true : undefined,
      );
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }

  it(
    '`relay export` that runs out of space says so, leaves no partial file, and continues when there is space',
    async () => {
      const args = argsFor('full', '--rows-per-file', '5000', '--format', 'csv');
      const program = join(repositoryRoot, 'tools/relay.mjs');
      // A file may have 512 KiB: a write beyond that fails as on a full disk.
      const child = spawn(
        'bash',
        ['-c', 'ulimit -f 512; exec "$@"', 'bash', process.execPath, program, ...args],
        {
          env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
      const [code] = (await once(child, 'close')) as [number | null];
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining('no space left for'),
      });
      expect(Object.keys(await digestsIn(out('full')))).toEqual(['export-state.json']);
      await exported('full', '--rows-per-file', '5000', '--format', 'csv');
      await exported('whole', '--rows-per-file', '5000', '--format', 'csv');
      expect(await digestsIn(out('full'))).toEqual(await digestsIn(out('whole')));
    },
    TEST_MS,
  );

  it(
    '`relay export --append` adds new, edited and deleted messages in new files, and nothing when nothing changed',
    async () => {
      const { world } = gateway;
      const before = await exported('kept', '--append');
      const digests = await digestsIn(out('kept'));
      await world.query(`UPDATE messages SET content = 'edited', revision = 1, seq = 12001 WHERE id = $1`, [
        messageId(1),
      ]);
      await world.query(
        `UPDATE messages SET deleted_at = now(), content = NULL, author_id = NULL, seq = 12002 WHERE id = $1`,
        [messageId(2)],
      );
      await moveHead(world, 12_002);
      const after = await exported('kept', '--append');
      expect(after.runs).toEqual([...before.runs, { since: MESSAGES, seq: 12_002, endSeq: 12_002, rows: 2 }]);
      const added = after.files.slice(before.files.length);
      expect(added.map(({ path }) => path)).toEqual(['messages-12002-00001.ndjson']);
      expect(await rowsOf('kept', { files: added })).toMatchObject([
        { id: messageId(1), content: 'edited', deleted_at: null },
        { id: messageId(2), content: null, deleted_at: expect.any(String) },
      ]);
      expect(await digestsIn(out('kept'))).toMatchObject({ ...digests, 'manifest.json': expect.any(String) });
      expect(await exported('kept', '--append')).toEqual(after);
      expect(await relay('kept')).toMatchObject({ code: 1, stderr: expect.stringContaining('--append') });
      await world.query(
        `UPDATE messages SET content = 'text ' || seq, revision = 0, author_id = 101, deleted_at = NULL WHERE seq > $1`,
        [MESSAGES],
      );
      await world.query('UPDATE messages SET seq = created_seq');
      await moveHead(world, MESSAGES);
    },
    TEST_MS,
  );

  it(
    '`relay export` begins a file for every day or channel, and exports what a search shows',
    async () => {
      const days = await exported('days', '--partition', 'day');
      expect(days.files.map(({ path }) => path.split('/')[0])).toEqual(
        Array.from({ length: 9 }, (_, day) => `day=2026-01-0${day + 1}`),
      );
      const [, second] = days.files;
      const ofSecond = await rowsOf('days', { files: [second!] });
      expect(ofSecond).toHaveLength(1_440);
      expect(new Set(ofSecond.map(({ created_at: at }) => String(at).slice(0, 10)))).toEqual(
        new Set(['2026-01-02']),
      );
      const channels = await exported('channels', '--partition', 'channel');
      expect(channels.files.map(({ path }) => path)).toEqual([
        `channel=${CHANNEL}/messages-${MESSAGES}-00001.ndjson`,
        `channel=${OTHER_CHANNEL}/messages-${MESSAGES}-00001.ndjson`,
      ]);
      for (const [name, manifest] of Object.entries({ days, channels }))
        expect(new Set((await rowsOf(name, manifest)).map(({ id }) => id)).size).toBe(MESSAGES);

      const search = await exported(
        'search',
        '--query',
        'quoted',
        '--has',
        'attachment',
        '--to',
        '2026-01-03',
      );
      expect((await rowsOf('search', search)).map(({ id }) => id).sort()).toEqual(
        [500, 1_000, 1_500, 2_000, 2_500].map(messageId).sort(),
      );
    },
    TEST_MS,
  );

  it(
    '`relay export --format csv` has the rows of NDJSON',
    async () => {
      const rows = await rowsOf('ndjson', await exported('ndjson', '--to', '2026-01-02'));
      const [header, ...lines] = parseCsv(
        await textOf('csv', await exported('csv', '--format', 'csv', '--to', '2026-01-02')),
      );
      expect(header).toEqual(EXPORT_COLUMNS.map(({ name }) => name));
      const asText = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
      expect(lines).toEqual(
        rows.map((row) => Object.values(row).map((value) => (value === null ? '' : asText(value)))),
      );
    },
    TEST_MS,
  );

  it(
    '`relay export` writes only what the token may read, and refuses folders with other files',
    async () => {
      const hide = async (deny: string) => {
        await gateway.world.access([
          {
            of: 'channel',
            channelId: OTHER_CHANNEL,
            type: 0,
            parentId: null,
            overwrites: [{ id: GUILD, type: 'role', allow: '0', deny }],
            deleted: false,
          },
        ]);
        await moveHead(gateway.world, MESSAGES);
      };
      await hide('1024');
      const viewer = { ...env, RELAY_TOKEN: await tokenFor({ role: 'viewer', sub: VIEWER }) };
      const answer = await relayInProcess(viewer, argsFor('viewer', '--json'));
      expect(answer.code).toBe(0);
      const rows = await rowsOf('viewer', JSON.parse(answer.stdout) as Manifest);
      expect(rows).toHaveLength((MESSAGES / 3) * 2);
      expect(new Set(rows.map(({ channel_id: channel }) => channel))).toEqual(new Set([CHANNEL]));
      const refused = await relayInProcess(viewer, argsFor('refused', '--channel', OTHER_CHANNEL));
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('CHANNEL.NOT_FOUND') });
      await hide('0');
      await writeFile(out('other'), 'x');
      const foreign = await relayInProcess(env, ['export', '--guild', GUILD, '--out', folder.path]);
      expect(foreign).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('is not empty and contains no export'),
      });
    },
    TEST_MS,
  );
});

describe('Parquet files in DuckDB', () => {
  it(
    'DuckDB reads the rows of NDJSON with exact ids, times with a zone and JSON',
    async () => {
      const rows = await rowsOf('lines', await exported('lines'));
      const parquet = ['--format', 'parquet', '--rows-per-file', '5000'];
      expect((await exported('parquet', ...parquet)).runs).toMatchObject([{ rows: MESSAGES }]);
      const duck = await DuckFolder.open(out('parquet'));
      try {
        const columns = await duck.rows(`DESCRIBE SELECT * FROM 'messages-*.parquet'`);
        const types = {
          id: 'BIGINT',
          sequence: 'BIGINT',
          integer: 'INTEGER',
          boolean: 'BOOLEAN',
          text: 'VARCHAR',
        };
        const expected: Record<string, string> = { ...types, time: 'TIMESTAMP WITH TIME ZONE', json: 'JSON' };
        expect(columns.map(({ column_name: name, column_type: type }) => [name, type])).toEqual(
          EXPORT_COLUMNS.map(({ name, type }) => [name, expected[type]]),
        );
        const found = await duck.rows(
          `SELECT id, created_at, content, attachments, edited_at FROM 'messages-*.parquet' ORDER BY id`,
        );
        const plain = rows.map(({ id, created_at: at, content, attachments }) => ({
          id,
          created_at: String(at)
            .replace('T', ' ')
            .replace(/\.?0*Z$/, '+00'),
          content,
          attachments: attachments === null ? null : JSON.stringify(attachments),
          edited_at: null,
        }));
        expect(found).toEqual(plain.sort((a, b) => compareSnowflakes(String(a.id), String(b.id))));
        const [one] = await duck.rows(
          `SELECT content FROM 'messages-*.parquet' WHERE id = ${messageId(100)}`,
        );
        expect(one).toEqual({ content: 'text 100, "quoted"\n=1+1 😀' });
      } finally {
        duck.close();
      }
    },
    TEST_MS,
  );
});

/** Fields of RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
