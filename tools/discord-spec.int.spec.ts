import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const DOCUMENT = JSON.stringify({
  openapi: '3.1.0',
  info: { version: '10' },
  paths: {},
  components: { schemas: {} },
});

const ANSWERS: Record<string, { status: number; body: string }> = {
  '/openapi.json': { status: 200, body: DOCUMENT },
  '/page': { status: 200, body: '<html>' },
  '/other.json': { status: 200, body: '{}' },
};

describe('npm run discord-spec', () => {
  let server: Server;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relay-spec-'));
    server = createServer(({ url = '' }, response) => {
      const { status, body } = ANSWERS[url] ?? { status: 404, body: '' };
      response.writeHead(status).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  async function run(path: string, port = (server.address() as AddressInfo).port) {
    const url = `http://127.0.0.1:${port}${path}`;
    const child = spawn(process.execPath, ['tools/discord-spec.mjs', '--url', url, '--to', folder]);
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number]>,
    ]);
    return { code, out, err };
  }

  it('npm run discord-spec rejects a response that is not an OpenAPI document, says why and stores nothing', async () => {
    expect(await run('/page')).toMatchObject({ code: 1, err: expect.stringContaining('is not JSON') });
    expect(await run('/other.json')).toMatchObject({
      code: 1,
      err: expect.stringContaining('is not an OpenAPI document'),
    });
    expect(await run('/gone')).toMatchObject({ code: 1, err: expect.stringContaining('status 404') });
    expect(await readdir(folder)).toEqual([]);
  });

  it('npm run discord-spec says what is skipped when the server cannot be reached', async () => {
    const { code, err } = await run('/openapi.json', 1);
    expect(code).toBe(1);
    expect(err).toMatch(/not fetched: no answer from 127\.0\.0\.1:1 \(\w+\)/);
    expect(err).toMatch(/the conformance tests are skipped/);
  });

  it('npm run discord-spec stores the complete document', async () => {
    expect(await run('/openapi.json')).toMatchObject({
      code: 0,
      out: expect.stringContaining('specification (10) is in'),
    });
    expect(await readdir(folder)).toEqual(['openapi.json']);
    expect(await readFile(join(folder, 'openapi.json'), 'utf8')).toBe(DOCUMENT);
  });
});
