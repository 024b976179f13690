import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@discord-relay/platform';
import { Registry } from 'prom-client';
import { BackfillMetrics } from './backfill-metrics.js';
import { HistoryApi } from './history-api.js';

describe('HistoryApi', () => {
  let server: Server;
  let asked = 0;
  let authorizations: (string | undefined)[];
  let answer: { status: number; headers?: Record<string, string>; body: object };

  beforeEach(async () => {
    asked = 0;
    authorizations = [];
    server = createServer(({ headers }, response) => {
      asked++;
      authorizations.push(headers.authorization);
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const openApi = (maxRefusals: number) =>
    new HistoryApi(
      {
        token: 'local-token',
        apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
        requestsPerSecond: 50,
        maxRefusals,
      },
      new BackfillMetrics(new Registry()),
      createLogger('ingestor', 'spec', 'silent'),
      new AbortController().signal,
    );

  it('asks nothing more when it was refused too often', async () => {
    answer = { status: 403, body: { code: 50001, message: 'Missing Access' } };
    const api = openApi(3);
    for (let i = 0; i < 3; i++) await expect(api.messages(`${i}`, {})).rejects.toMatchObject({ status: 403 });
    await expect(api.messages('4', {})).rejects.toMatchObject({ code: 'DISCORD.TOO_MANY_REFUSALS' });
    expect(asked).toBe(3);
    api.close();
  });

  it('counts rate limits as refusals, however it repeats what they refused', async () => {
    const headers = { 'retry-after': '0.01' };
    answer = { status: 429, headers, body: { message: 'limited', retry_after: 0.01, global: false } };
    const api = openApi(3);
    await expect(api.messages('1', {})).rejects.toMatchObject({ code: 'DISCORD.TOO_MANY_REFUSALS' });
    expect(asked).toBe(3);
    api.close();
  });

  it('goes on asking, with its token, after it was refused for a while', async () => {
    answer = { status: 401, body: { code: 0, message: '401: Unauthorized' } };
    const api = openApi(10);
    for (let i = 0; i < 3; i++) await expect(api.guild('1')).rejects.toMatchObject({ status: 401 });
    answer = { status: 200, body: { id: '1' } };
    expect(await api.guild('1')).toEqual({ id: '1' });
    expect(authorizations).toEqual(Array(4).fill('Bot local-token'));
    api.close();
  });
});
