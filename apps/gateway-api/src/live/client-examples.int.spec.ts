import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '@discord-relay/local-stack';
import { chromium } from 'playwright-core';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL } from '../testing/world.js';

const ROOT = join(import.meta.dirname, '../../../..');
const EXAMPLES = join(ROOT, 'libs/client/examples');
const executablePath = process.env.CHROMIUM_PATH;
const haveBrowser = executablePath !== undefined && existsSync(executablePath);
// Without a browser this is skipped with a clear message (see tools/programs/chromium.mjs), and fails in CI.
const whenBrowser = haveBrowser || process.env.CI === 'true' ? it : it.skip;

let folder: string;
let pages: Server;
let gateway: TestGateway;
let token: string;
let running: ChildProcess[] = [];

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Serves the folder's page and its script. */
function servePages(): Promise<Server> {
  const server = createServer((request, response) => {
    const isScript = request.url?.endsWith('.js') === true;
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    readFile(join(folder, isScript ? 'main.js' : 'index.html')).then(
      (file) => response.end(file),
      () => response.writeHead(404).end(),
    );
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-examples-'));
  pages = await servePages();
  gateway = await startGateway({ CORS_ORIGINS: urlOf(pages) });
  token = await tokenFor({ role: 'admin' });
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  await gateway.stop();
  await new Promise((resolve) => pages.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

/** Starts an example as its reader would, and records its output. */
function start(example: string, ...args: string[]) {
  const child = spawn(process.execPath, [join(EXAMPLES, example), gateway.url, CHANNEL, ...args], {
    env: { ...process.env, RELAY_TOKEN: token },
  });
  running = [...running, child];
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const says = (text: string) =>
    until(`the example says ${text}`, 20_000, () => (said.includes(text) ? true : undefined));
  const stop = () => {
    child.kill('SIGINT');
    return ended;
  };
  return { says, stop };
}

describe('the examples of the client', () => {
  it('the example tail prints messages until it is stopped', async () => {
    const tail = start('tail.mjs');
    await tail.says('(joined)');
    await gateway.world.say(CHANNEL, undefined, 'one for the tail');
    await tail.says('ada: one for the tail');
    expect(await tail.stop()).toBe(0);
  });

  it('the example archive has every event once, also those while it was stopped, after an incomplete line', async () => {
    const file = join(folder, 'channel.ndjson');
    const { world } = gateway;
    const seqsInFile = async () => {
      const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
      const events = lines.map((line) => JSON.parse(line) as { event: string; data: { seq: number } });
      return events.map(({ event, data }) => `${event} ${data.seq}`);
    };
    const holds = (expected: string[]) =>
      until(`the file holds ${expected.length} events`, 20_000, async () =>
        (await seqsInFile()).length >= expected.length ? true : undefined,
      );
    const first = start('archive.mjs', file);
    await first.says('archiving');
    const expected = await seqsInFile();
    expect(expected).toEqual([expect.stringMatching(/^snapshot /)]);
    for (let i = 0; i < 2; i++) expected.push(`message ${(await world.say()).seq}`);
    await holds(expected);
    expect(await first.stop()).toBe(0);
    await appendFile(file, '{"event":"message","da');
    for (let i = 0; i < 3; i++) expected.push(`message ${(await world.say()).seq}`);
    const second = start('archive.mjs', file);
    await second.says('archiving');
    expected.push(`message ${(await world.say()).seq}`);
    await holds(expected);
    expect(await seqsInFile()).toEqual(expected);
    expect(await second.stop()).toBe(0);
  });

  whenBrowser(
    'page: shows the channel live, and markup as text',
    async () => {
      await copyFile(join(EXAMPLES, 'page/index.html'), join(folder, 'index.html'));
      await promisify(execFile)(join(ROOT, 'node_modules/.bin/rolldown'), [
        join(EXAMPLES, 'page/main.js'),
        ...['--file', join(folder, 'main.js')],
      ]);
      const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox'] });
      try {
        const page = await browser.newPage();
        const query = new URLSearchParams({ url: gateway.url, channel: CHANNEL });
        await page.goto(`${urlOf(pages)}/?${query.toString()}#${token}`);
        await page.getByText('live', { exact: true }).waitFor();
        await gateway.world.say(CHANNEL, undefined, '<b>one for the page</b>');
        await page.getByText('ada: <b>one for the page</b>', { exact: true }).waitFor();
      } finally {
        await browser.close();
      }
    },
    60_000,
  );
});
