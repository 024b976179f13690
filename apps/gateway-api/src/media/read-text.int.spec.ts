import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAX_TEXT_BYTES, readText } from './read-text.js';

const FILES: Readonly<Record<string, Buffer>> = {
  '/short.txt': Buffer.from('two\nlines, größer'),
  '/long.txt': Buffer.from('ä'.repeat(MAX_TEXT_BYTES)),
  '/odd.txt': Buffer.from(`a${'ä'.repeat(MAX_TEXT_BYTES)}`),
  '/exact.txt': Buffer.alloc(MAX_TEXT_BYTES, 'x'),
  '/binary': Buffer.from([0xff, 0x61]),
};

describe('the beginning of a text file', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer(({ url: path }, response) => {
      if (path === '/moved') return response.writeHead(302, { location: '/short.txt' }).end();
      if (path === '/broken') return response.writeHead(500).end();
      const file = FILES[path ?? ''];
      return file ? response.end(file) : response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });

  it('a short text file is read as a whole', async () => {
    expect(await readText(`${url}/short.txt`)).toEqual({ text: 'two\nlines, größer', complete: true });
    expect(await readText(`${url}/exact.txt`)).toMatchObject({ complete: true });
    expect(await readText(`${url}/binary`)).toEqual({ text: '\ufffda', complete: true });
  });

  it('a long text file is cut between two characters, also where the server ignores the range', async () => {
    const half = MAX_TEXT_BYTES / 2;
    expect(await readText(`${url}/long.txt`)).toEqual({ text: 'ä'.repeat(half), complete: false });
    expect(await readText(`${url}/odd.txt`)).toEqual({ text: `a${'ä'.repeat(half - 1)}`, complete: false });
  });

  it.each([
    ['/missing', 'ATTACHMENT.NOT_FOUND'],
    ['/broken', 'MEDIA.UNAVAILABLE'],
    ['/moved', 'MEDIA.UNAVAILABLE'],
  ])('a file that is not there is reported as such: %s', async (path, code) => {
    await expect(readText(url + path)).rejects.toMatchObject({ code });
  });
});
