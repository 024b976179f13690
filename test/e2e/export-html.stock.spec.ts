import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { startGateway, type TestGateway } from '../../apps/gateway-api/src/testing/gateway.js';
import { tokenFor } from '../../apps/gateway-api/src/testing/tokens.js';
import { GUILD } from '../../apps/gateway-api/src/testing/world.js';
import { HOSTILE, hostileMessages } from '../../apps/web/src/content/testing/hostile.js';
import { MESSAGE_ZOO } from '../../apps/web/src/content/testing/message-zoo.js';
import type { TestMessage } from '../../apps/web/src/content/testing/render.js';
import type { RelayAnswer } from '../support/clients/relay-cli.js';
import { relayInProcess } from '../support/clients/relay-in-process.js';
import { digestsIn, messageId, tempFolder, writeHistory } from '../support/stacks/export-world.js';
import { killExport } from '../support/stacks/killed-export.js';
import { ARTEFACTS, checkView } from './page/check-view.js';

/** Three pages of the endpoint. */
const MESSAGES = 10_500;
const ROWS_PER_FILE = 2_500;
const TEST_MS = 300_000;

const executablePath = process.env.CHROMIUM_PATH;
const haveBrowser = executablePath !== undefined && existsSync(executablePath);
// Without a browser this is skipped with a clear message (see tools/programs/chromium.mjs), and fails in CI.
const whenBrowser = haveBrowser || process.env.CI === 'true' ? describe : describe.skip;

const ZOO = [...Object.values(MESSAGE_ZOO), ...HOSTILE.slice(0, 6).flatMap(hostileMessages)];

let gateway: TestGateway;
let env: Record<string, string>;
let folder: Awaited<ReturnType<typeof tempFolder>>;

beforeAll(async () => {
  gateway = await startGateway({ HTTP_REQUESTS_PER_S: '1000' });
  await writeHistory(gateway.world, MESSAGES);
  for (const [n, message] of ZOO.entries()) await become(messageId(n + 1), message);
  await gateway.world.query(
    `INSERT INTO gaps (gap_id, guild_id, cause, opened_at, from_time, to_time, seq)
     VALUES ('gap-1', $1, 'session_lost', '2026-01-02', '2026-01-02', '2026-01-03', 5)`,
    [GUILD],
  );
  env = { RELAY_URL: gateway.url, RELAY_TOKEN: await tokenFor({ role: 'analyst' }) };
  folder = await tempFolder();
}, TEST_MS);
afterAll(async () => {
  await gateway.stop();
  await folder.remove();
});

/** Gives a message of the history other content. */
async function become(id: string, fields: TestMessage): Promise<void> {
  const {
    content = '',
    type = 0,
    flags = null,
    author,
    editedTimestamp = null,
    pinned = null,
    reference,
  } = fields;
  const { attachments, embeds, components, stickers, poll, replyTo } = fields;
  const known = reference ?? (replyTo && { type: 'default', ...replyTo, guildId: null });
  const json = [attachments, embeds, components, stickers, poll, known].map((part) =>
    part === undefined ? null : JSON.stringify(part).replaceAll('\\u0000', ''),
  );
  await gateway.world.query(
    `UPDATE messages SET content = $2, type = $3, flags = $4, author_username = coalesce($5, author_username),
            edited_at = $6, pinned = $7, attachments = $8, embeds = $9, components = $10, stickers = $11, poll = $12, reference = $13
     WHERE id = $1`,
    [
      id,
      content.replaceAll('\0', ''),
      type,
      flags,
      author?.username.replaceAll('\0', '') ?? null,
      editedTimestamp,
      pinned,
      ...json,
    ],
  );
}

const out = (name: string): string => join(folder.path, name);
const argsFor = (name: string, ...more: string[]): string[] => [
  ...['export', '--guild', GUILD, '--out', out(name), '--format', 'html'],
  ...more,
];
const relay = (name: string, ...more: string[]): Promise<RelayAnswer> =>
  relayInProcess(env, argsFor(name, ...more));

async function exported(name: string, ...more: string[]): Promise<string[]> {
  const { code, stderr, stdout } = await relay(name, '--json', ...more);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as { files: { path: string }[] }).files.map(({ path }) => path);
}

const read = (name: string, path: string): Promise<string> => readFile(join(out(name), path), 'utf8');

/** Links to other files that do not exist, and anchors that the linked file does not have. */
async function deadLinks(name: string, paths: readonly string[]): Promise<string[]> {
  const files = new Map<string, string>();
  for (const path of paths) files.set(join(out(name), path), await read(name, path));
  return [...files].flatMap(([file, text]) =>
    [...text.matchAll(/ href="(?!https?:)([^"#]*)(?:#([^"]*))?"/g)]
      .filter(([, path, anchor]) => {
        const target = path === '' ? text : files.get(resolve(dirname(file), path!));
        return target === undefined || (anchor !== undefined && !target.includes(` id="${anchor}"`));
      })
      .map(([link]) => `${file}: ${link}`),
  );
}

describe('relay export --format html', () => {
  it(
    '`relay export --format html` writes every message once, in files that lead to each other, and repeats the same bytes',
    async () => {
      const paths = await exported('first', '--rows-per-file', String(ROWS_PER_FILE));
      expect(paths).toEqual(
        [1, 2, 3, 4, 5].map((n) => `messages-${MESSAGES}-0000${n}.html`).concat('index.html'),
      );
      const texts = await Promise.all(paths.map((path) => read('first', path)));
      const ids = texts.flatMap((text) =>
        [...text.matchAll(/<div role="listitem" class="message[^"]*" id="(\d+)"/g)].map(([, id]) => id),
      );
      expect([ids.length, new Set(ids).size]).toEqual([MESSAGES, MESSAGES]);
      expect(await deadLinks('first', paths)).toEqual([]);
      expect(texts[0]).toContain('rel="next"');
      expect(texts[4]).not.toContain('rel="next"');
      await exported('second', '--rows-per-file', String(ROWS_PER_FILE));
      expect(await digestsIn(out('second'))).toEqual(await digestsIn(out('first')));
    },
    TEST_MS,
  );

  it(
    '`relay export --format html` that is killed continues after its last complete file, and ends with the same bytes',
    async () => {
      const options = ['--rows-per-file', '900'];
      await exported('whole', ...options);
      await killExport(
        argsFor('killed', ...options),
        env,
        join(out('killed'), `messages-${MESSAGES}-00012.html.part`),
      );
      expect(existsSync(join(out('killed'), 'index.html'))).toBe(false);
      await exported('killed', ...options);
      expect(await digestsIn(out('killed'))).toEqual(await digestsIn(out('whole')));
    },
    TEST_MS,
  );

  it(
    '`relay export --format html` writes one page without a list if it suffices, and folders of days and channels with one',
    async () => {
      expect(await exported('one', '--to', '2026-01-01T06:00:00Z')).toEqual([
        `messages-${MESSAGES}-00001.html`,
      ]);
      expect(await read('one', `messages-${MESSAGES}-00001.html`)).not.toContain('index.html');
      for (const partition of ['day', 'channel']) {
        const paths = await exported(partition, '--partition', partition, '--to', '2026-01-04');
        expect(paths.filter((path) => path.startsWith(`${partition}=`)).length).toBe(paths.length - 1);
        expect(await deadLinks(partition, paths)).toEqual([]);
      }
      const [, second] = await exported('day-again', '--partition', 'day', '--to', '2026-01-04');
      expect(await read('day-again', second!)).toContain('Not observed');
    },
    TEST_MS,
  );

  it('`relay export --format html` refuses --append and files that browsers cannot show', async () => {
    for (const [option, words] of [
      [['--append'], '--append: the format html has no rows for deleted messages'],
      [['--rows-per-file', '50001'], '--rows-per-file: an HTML file has at most 50000 messages'],
    ] as const)
      expect(await relay('refused', ...option)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(words),
      });
    expect(existsSync(out('refused'))).toBe(false);
  });
});

const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  'html-wide-light': { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  'html-wide-dark': { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  'html-phone-light': { viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true },
  'html-phone-dark': { viewport: { width: 320, height: 640 }, colorScheme: 'dark' },
};

whenBrowser('an HTML export in a browser without a network', () => {
  let browser: Browser;
  let paths: string[];

  beforeAll(async () => {
    if (!haveBrowser) throw new Error('no Chromium: install it or set CHROMIUM_PATH');
    paths = await exported('browser', '--to', '2026-01-01T04:00:00Z', '--rows-per-file', '150');
    await mkdir(ARTEFACTS, { recursive: true });
    browser = await chromium.launch({
      executablePath,
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    });
  }, TEST_MS);
  afterAll(() => browser?.close());

  /** The file that has this markup in its body. */
  async function fileWith(markup: string): Promise<string> {
    for (const path of paths) {
      const [, body = ''] = (await read('browser', path)).split('<body');
      if (body.includes(markup)) return path;
    }
    throw new Error(`no file has ${markup}`);
  }

  async function open(path: string, look: BrowserContextOptions) {
    const context = await browser.newContext({ ...look, offline: true });
    const page = await context.newPage();
    const requests: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    const url = pathToFileURL(join(out('browser'), path)).href;
    await page.goto(url);
    return { page, requests, errors, url, close: () => context.close() };
  }

  it.each(Object.keys(LOOKS))(
    'an HTML export requests nothing, reports no error and has nothing that axe finds: %s',
    async (look) => {
      for (const path of [paths[0]!, 'index.html']) {
        const { page, requests, errors, url, close } = await open(path, LOOKS[look]!);
        expect(await checkView(page, `${look}-${path === 'index.html' ? 'index' : 'messages'}`)).toEqual([]);
        expect({ requests, errors }).toEqual({ requests: [url], errors: [] });
        await close();
      }
    },
    TEST_MS,
  );

  it(
    'an HTML export has the colours and widths of the page, although no style attribute is allowed',
    async () => {
      const { page, close } = await open(await fileWith('data-percent="37"'), LOOKS['html-wide-light']!);
      const border = page.locator('.component-container[data-own-colour]').first();
      expect(await border.evaluate((element) => getComputedStyle(element).borderInlineStartColor)).toBe(
        'rgb(255, 136, 0)',
      );
      const width = await page
        .locator('[data-percent="37"]')
        .first()
        .evaluate((element) => element.clientWidth / element.parentElement!.clientWidth);
      expect(width).toBeCloseTo(0.37, 1);
      await close();
    },
    TEST_MS,
  );

  it(
    'an HTML export reveals a spoiler by keyboard and by pointer, without a script',
    async () => {
      const { page, close } = await open(await fileWith('everybody lives'), LOOKS['html-wide-light']!);
      const spoiler = page.locator('label.spoiler', { hasText: 'everybody lives' });
      const content = spoiler.locator('.spoiler-content');
      expect(await content.evaluate((element) => getComputedStyle(element).visibility)).toBe('hidden');
      await spoiler.getByRole('checkbox', { name: 'Show spoiler' }).press('Space');
      expect(await content.evaluate((element) => getComputedStyle(element).visibility)).toBe('visible');
      await spoiler.click();
      expect(await content.evaluate((element) => getComputedStyle(element).visibility)).toBe('hidden');
      await close();
    },
    TEST_MS,
  );

  it(
    'an HTML export opens at the message of its address',
    async () => {
      const id = messageId(140);
      const file = await fileWith(` id="${id}"`);
      const { page, url, close } = await open(file, LOOKS['html-wide-light']!);
      await page.goto(`${url}#${id}`);
      expect(await page.locator('.message:target').getAttribute('id')).toBe(id);
      await page.locator('.message:target').scrollIntoViewIfNeeded();
      await close();
    },
    TEST_MS,
  );
});
