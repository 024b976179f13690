import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LinkRefresher } from './link-refresher.js';

const FILE = 'https://cdn.example/attachments/1/2/a.png';

/** Against a server with configured answers. */
describe('LinkRefresher', () => {
  let server: Server;
  let requests = 0;
  let answer: { status: number; body: unknown };

  beforeEach(async () => {
    requests = 0;
    server = createServer((_request, response) => {
      requests++;
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());

  const refresher = (maxRefusals?: number) => {
    const { port } = server.address() as AddressInfo;
    return new LinkRefresher({ token: 'fake', apiUrl: `http://127.0.0.1:${port}/api`, maxRefusals });
  };
  const refreshed = (...pairs: [string, string][]) => ({
    refreshed_urls: pairs.map(([original, fresh]) => ({ original, refreshed: fresh })),
  });

  it('LinkRefresher returns fresh addresses in the order of the request, and null for a file without one', async () => {
    const other = 'https://cdn.example/attachments/1/3/b.png';
    answer = { status: 200, body: refreshed([other, FILE], [FILE, `${FILE}?ex=1`]) };
    expect(await refresher().refresh([FILE, other])).toEqual([`${FILE}?ex=1`, null]);
  });

  it('LinkRefresher rejects an answer without a list', async () => {
    answer = { status: 200, body: { error: 'no route' } };
    await expect(refresher().refresh([FILE])).rejects.toThrow(/no list of addresses/);
  });

  it.each([401, 403])('LinkRefresher sends no requests after too many answers of %d', async (status) => {
    answer = { status, body: { code: 0, message: 'refused' } };
    const links = refresher(3);
    for (let n = 0; n < 3; n++) await expect(links.refresh([FILE])).rejects.toThrow('refused');
    await expect(links.refresh([FILE])).rejects.toMatchObject({ code: 'DISCORD.TOO_MANY_REFUSALS' });
    expect(requests).toBe(3);
  });
});
