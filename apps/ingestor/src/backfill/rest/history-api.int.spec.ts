import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Snowflake } from '@discord-relay/contracts';
import { createLogger } from '@discord-relay/platform';
import { Registry } from 'prom-client';
import { BackfillMetrics } from '../../metrics/backfill-metrics.js';
import { HistoryApi } from './history-api.js';

describe('HistoryApi', () => {
  let server: Server;
  let requests = 0;
  let raw: { status: number; type: string; text: string } | undefined;
  let authorizations: (string | undefined)[];
  let answer: { status: number; headers?: Record<string, string>; body: unknown };

  beforeEach(async () => {
    requests = 0;
    raw = undefined;
    authorizations = [];
    server = createServer(({ headers }, response) => {
      requests++;
      authorizations.push(headers.authorization);
      if (raw) {
        response.writeHead(raw.status, { 'content-type': raw.type });
        return void response.end(raw.text);
      }
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

  it('HistoryApi sends no further requests after too many refusals', async () => {
    answer = { status: 403, body: { code: 50001, message: 'Missing Access' } };
    const api = openApi(3);
    for (let i = 0; i < 3; i++) await expect(api.messages(`${i}`, {})).rejects.toMatchObject({ status: 403 });
    await expect(api.messages('4', {})).rejects.toMatchObject({ code: 'DISCORD.TOO_MANY_REFUSALS' });
    expect(requests).toBe(3);
    api.close();
  });

  it('HistoryApi counts rate limits as refusals, however often it repeats the request', async () => {
    const headers = { 'retry-after': '0.01' };
    answer = { status: 429, headers, body: { message: 'limited', retry_after: 0.01, global: false } };
    const api = openApi(3);
    await expect(api.messages('1', {})).rejects.toMatchObject({ code: 'DISCORD.TOO_MANY_REFUSALS' });
    expect(requests).toBe(3);
    api.close();
  });

  it('HistoryApi continues with its token after a period of refusals', async () => {
    answer = { status: 401, body: { code: 0, message: '401: Unauthorized' } };
    const api = openApi(10);
    for (let i = 0; i < 3; i++) await expect(api.guild('1')).rejects.toMatchObject({ status: 401 });
    answer = { status: 200, body: { id: '1' } };
    expect(await api.guild('1')).toEqual({ id: '1' });
    expect(authorizations).toEqual(Array(4).fill('Bot local-token'));
    api.close();
  });

  describe('does not accept a status or another shape as Discord’s response', () => {
    it.each([
      ['an object where a list belongs', 200, {}],
      ['a text where a list belongs', 200, 'ok'],
      ['nothing where a list belongs', 200, null],
      ['a proxy’s 404', 404, { error: 'no route' }],
      ['a 404 without a code of Discord’s', 404, { code: 0, message: '404: Not Found' }],
      ['a text as the body of a 403', 403, 'forbidden'],
    ])('HistoryApi rejects %s', async (_, status, body) => {
      answer = { status, body };
      const api = openApi(100);
      const calls = [() => api.messages('1', {}), () => api.channels('1'), () => api.activeThreads('1')];
      const users = { emoji: { id: null, name: '👍', animated: false }, burst: false, expected: 1 };
      calls.push(() => api.reactionUsers('1', '2' as Snowflake, users) as never);
      if (status !== 200 || body === null || typeof body === 'string')
        calls.push(
          () => api.message('1', '2' as Snowflake) as never,
          () => api.guild('1') as never,
        );
      for (const call of calls)
        await expect(call()).rejects.toMatchObject({ name: 'HistoryRequestError', kind: undefined });
      api.close();
    });

    it('HistoryApi rejects an HTML page, whatever its status and its type', async () => {
      const api = openApi(100);
      for (const status of [200, 403, 404]) {
        for (const type of ['text/html', 'application/json']) {
          raw = { status, type, text: '<html>Busy</html>' };
          await expect(api.messages('1', {})).rejects.toMatchObject({
            name: 'HistoryRequestError',
            kind: undefined,
          });
          await expect(api.message('1', '2' as Snowflake)).rejects.toMatchObject({ kind: undefined });
        }
      }
      api.close();
    });
  });

  it('HistoryApi sorts pages by id, and drops messages outside the request or without an id', async () => {
    answer = { status: 200, body: [{ id: '7' }, { id: '12' }, { id: '3' }, { no: 'id' }, null, { id: '9' }] };
    const api = openApi(100);
    const ids = async (anchor: object) => (await api.messages('1', anchor)).map(({ id }) => id);
    expect(await ids({})).toEqual(['3', '7', '9', '12']);
    expect(await ids({ after: '7' })).toEqual(['9', '12']);
    expect(await ids({ before: '9' })).toEqual(['3', '7']);
    api.close();
  });

  it('HistoryApi treats only 10008 as a deleted message', async () => {
    const api = openApi(100);
    answer = { status: 404, body: { code: 10008, message: 'Unknown Message' } };
    expect(await api.message('1', '2' as Snowflake)).toBeUndefined();
    answer = { status: 404, body: { code: 10003, message: 'Unknown Channel' } };
    await expect(api.message('1', '2' as Snowflake)).rejects.toMatchObject({ kind: 'channel_gone' });
    api.close();
  });
});
