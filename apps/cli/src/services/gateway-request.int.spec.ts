import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { cliSchema } from '../config.js';
import { requestGateway } from './gateway-request.js';
import { buildProgram } from '../program.js';

const server = createServer();
let url: string;
let answer: { status: number; body: string };
let received: IncomingMessage;
let delayMs = 0;

beforeAll(async () => {
  server.on('request', (request, response) => {
    received = request;
    setTimeout(() => response.writeHead(answer.status).end(answer.body), delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const config = (env: Record<string, string>) => cliSchema.parse({ RELAY_URL: url, ...env });
const list = { method: 'GET', path: '/api/v1/tokens?a=b' } as const;
const bearer = () => received.headers.authorization!.replace('Bearer ', '');

afterEach(() => {
  delayMs = 0;
});

describe('requestGateway', () => {
  it('requestGateway distinguishes a slow service from an unreachable one', async () => {
    answer = { status: 200, body: '[]' };
    delayMs = 5_000;
    const given = config({ RELAY_TOKEN: 'relay_x' });
    const slow = requestGateway(given, { ...list, timeoutMs: 100 });
    await expect(slow).rejects.toThrow(`${url} did not answer within 0.1 s`);
  });

  it('requestGateway waits for a webhook receiver as long as the service does, and reports the outcome', async () => {
    const attempt = { id: '7:test:1', delivered: false, status: null, error: 'timeout' };
    answer = { status: 200, body: JSON.stringify(attempt) };
    // Longer than the timeout of other requests.
    delayMs = 10_500;
    const lines: string[] = [];
    let failures = 0;
    const output = { out: (line: string) => void lines.push(line), fail: () => void failures++ };
    const program = buildProgram(() => config({ RELAY_TOKEN: 'relay_x' }), output);
    await program.parseAsync(['webhooks', 'test', '7'], { from: 'user' });
    expect(lines).toEqual([
      expect.stringMatching(/^7:test:1 was not accepted: the receiver did not answer in time/),
    ]);
    expect(failures).toBe(1);
  }, 30_000);

  it('requestGateway sends the configured token, or signs a short-lived one for an admin', async () => {
    answer = { status: 200, body: '[1]' };
    expect(await requestGateway(config({ RELAY_TOKEN: 'relay_x' }), list)).toEqual([1]);
    expect([received.url, bearer()]).toEqual(['/api/v1/tokens?a=b', 'relay_x']);
    await requestGateway(config({ JWT_SECRET: 'x'.repeat(32) }), list);
    const { role, sub, exp, iat } = decodeJwt(bearer());
    expect([role, sub?.startsWith('cli:'), exp! - iat!]).toEqual(['admin', true, 60]);
    await expect(requestGateway(config({}), list)).rejects.toThrow(/^RELAY_TOKEN: missing/);
  });

  it('requestGateway gets the statistics of a channel for the given time', async () => {
    answer = { status: 200, body: '{"channelId":"7","hours":[]}' };
    const lines: string[] = [];
    const output = { out: (line: string) => void lines.push(line), fail: () => undefined };
    const span = ['--from', '2026-01-01', '--to', '2026-01-02'];
    const args = ['statistics', 'channel', '7', ...span];
    await buildProgram(() => config({ RELAY_TOKEN: 'relay_x' }), output).parseAsync(args, { from: 'user' });
    expect(received.url).toBe('/api/v1/channels/7/statistics?from=2026-01-01&to=2026-01-02');
    expect(lines).toEqual(['no activity in this time']);
  });

  it('`relay webhooks rotate` prints the secret alone, and elsewhere how many older ones ended early', async () => {
    const printed = async (endedEarly: number) => {
      const lines: Record<'out' | 'progress', string[]> = { out: [], progress: [] };
      answer = {
        status: 200,
        body: JSON.stringify({ secret: 'whsec_x', previousValidUntil: null, endedEarly }),
      };
      const output = {
        out: (line: string) => void lines.out.push(line),
        progress: (line: string) => void lines.progress.push(line),
        fail: () => undefined,
      };
      const program = buildProgram(() => config({ RELAY_TOKEN: 'relay_x' }), output);
      await program.parseAsync(['webhooks', 'rotate', '7'], { from: 'user' });
      return lines;
    };
    expect(await printed(0)).toEqual({ out: ['whsec_x'], progress: [] });
    expect(await printed(2)).toEqual({
      out: ['whsec_x'],
      progress: [expect.stringContaining('is over: 2;')],
    });
  });

  it('requestGateway reports why a request was refused', async () => {
    const given = config({ RELAY_TOKEN: 'relay_x' });
    answer = { status: 403, body: '{"detail":"for admins only","code":"AUTH.FORBIDDEN"}' };
    await expect(requestGateway(given, list)).rejects.toThrow('for admins only (AUTH.FORBIDDEN)');
    answer = { status: 502, body: '<html>' };
    await expect(requestGateway(given, list)).rejects.toThrow(`${url} answered with status 502`);
    answer = { status: 204, body: '' };
    expect(await requestGateway(given, { method: 'DELETE', path: '/x' })).toBeNull();
    const nobody = config({ RELAY_TOKEN: 'relay_x', RELAY_URL: 'http://127.0.0.1:1' });
    await expect(requestGateway(nobody, list)).rejects.toThrow(/^RELAY_URL: no answer/);
  });
});
