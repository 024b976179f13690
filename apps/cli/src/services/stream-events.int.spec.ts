import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cliSchema } from '../config.js';
import { buildProgram } from '../program.js';

const server = createServer();
const requests: string[] = [];
let respond: (response: ServerResponse, request: number) => void;
let url: string;

beforeAll(async () => {
  server.on('request', (request, response: ServerResponse) => {
    requests.push(request.url!);
    respond(response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => void requests.splice(0));

const line = (seq: number, type: string, data: object = {}) =>
  `${JSON.stringify({ seq, cursor: `x.${seq}`, type, data })}\n`;

async function run(...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  const output = { out: (text: string) => void lines.push(text), fail: () => undefined };
  const config = () => cliSchema.parse({ RELAY_URL: url, RELAY_TOKEN: 'relay_x' });
  await buildProgram(config, output).parseAsync(['events', ...args], { from: 'user' });
  return lines;
}

describe('`relay events`', () => {
  it('`relay events replay --json` prints the lines of the response, and continues one that was cut off from its last cursor', async () => {
    respond = (response, request) => {
      response.writeHead(200);
      if (request > 1) return void response.end(line(3, 'message.created') + line(3, 'relay.end'));
      const half = line(3, 'message.created').slice(0, 20);
      const text = line(1, 'relay.position') + line(2, 'message.created') + half;
      response.write(text, () => response.destroy());
    };
    const lines = await run('replay', '--json', '--from', 'now-2h', '--type', 'message.*');
    expect(lines.map((each) => (JSON.parse(each) as { seq: number }).seq)).toEqual([1, 2, 3, 3]);
    expect(requests).toEqual([
      '/api/v1/events?types=message.*&from=now-2h',
      '/api/v1/events?types=message.*&cursor=x.2',
    ]);
  });

  it('`relay events tail` continues when its token has expired, and fails when access was lost', async () => {
    const ends = [
      { code: 'AUTH.TOKEN_EXPIRED', message: 'expired', retryable: false },
      { code: 'GUILD.NOT_FOUND', message: 'no such guild', retryable: false },
    ];
    respond = (response, request) => {
      response.writeHead(200);
      response.end(line(request, 'relay.position') + line(request, 'relay.error', ends[request - 1]));
    };
    await expect(run('tail')).rejects.toThrow('no such guild (GUILD.NOT_FOUND)');
    expect(requests).toEqual(['/api/v1/events?follow=true', '/api/v1/events?follow=true&cursor=x.1']);
  });

  it('`relay events count` counts the events of the range, and reports a refusal with its code', async () => {
    respond = (response) => {
      response.writeHead(200);
      response.end(line(1, 'a.b') + line(2, 'a.b') + line(2, 'relay.end'));
    };
    expect(JSON.parse((await run('count', '--json', '--to', 'now-1h'))[0]!)).toMatchObject({ total: 2 });
    respond = (response) => {
      const problem = { detail: 'from is after to', code: 'REQUEST.INVALID' };
      response.writeHead(400).end(JSON.stringify(problem));
    };
    await expect(run('count')).rejects.toThrow('from is after to (REQUEST.INVALID)');
  });
});
