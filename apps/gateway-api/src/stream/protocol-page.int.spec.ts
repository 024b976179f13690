import { readFile } from 'node:fs/promises';
import { EventSource } from 'eventsource';
import { io, type Socket } from 'socket.io-client';
import type { Change, MessagesBulk, Snowflake, WireEvent } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { TcpLine } from '../testing/tcp-line.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, VIEWER } from '../testing/world.js';

let gateway: TestGateway;
/** The network between the clients and the gateway. */
let line: TcpLine;
let token: string;
let page: string;

beforeAll(async () => {
  page = await readFile(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8');
  gateway = await startGateway();
  line = await TcpLine.to(new URL(gateway.url));
  token = await tokenFor({ sub: VIEWER, role: 'viewer' });
});
afterAll(async () => {
  await line.close();
  await gateway.stop();
});

/** The function of the page's example, with its imports. */
function example<T>(name: string, from: Record<string, unknown> = {}): T {
  const code = new RegExp(`\`\`\`js ${name}\n([^]*?)\`\`\``).exec(page)![1]!;
  const exported = /export (?:async )?function (\w+)/.exec(code)![1]!;
  const body = code.replaceAll(/^import .*$/gm, '').replace('export ', '');
  return new Function(...Object.keys(from), `${body}; return ${exported};`)(...Object.values(from)) as T;
}

const url = (): string => line.url.replace(/\/$/, '');
const idOf = ({ body }: Change): string => (body as { id: string }).id;

describe('docs/protocol.md', () => {
  it('the socket client in docs/protocol.md follows a channel through cut connections', async () => {
    type Follow = (
      url: string,
      token: string,
      id: Snowflake,
      report: (ids: string[], why?: string) => void,
    ) => Socket;
    const visible: [string[], string | undefined][] = [];
    const first = await gateway.world.say();
    const follow = example<Follow>('socket', { io });
    const socket = follow(url(), token, CHANNEL, (ids, why) => visible.push([ids, why]));
    await until('a snapshot', 20_000, () => visible[0]);
    const second = await gateway.world.say();
    await until('a message', 20_000, () => visible[1]);
    line.cut();
    const third = await gateway.world.say();
    line.restore();
    await until('what was missed', 20_000, () => visible[2]);
    socket.disconnect();
    expect(visible).toEqual([
      [[idOf(first)], 'joined'],
      [[idOf(second)], undefined],
      [[idOf(third)], undefined],
    ]);
  });

  it('the EventSource client in docs/protocol.md watches a guild through cut connections', async () => {
    type Report = (type: string, data: { id?: string; userId?: string }, lastEventId: string) => void;
    type Watch = (source: typeof EventSource, url: string, guildId: Snowflake, report: Report) => EventSource;
    const visible: string[] = [];
    class Authorized extends EventSource {
      constructor(address: string | URL) {
        const headers = { authorization: `Bearer ${token}` };
        super(address, {
          fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }),
        });
      }
    }
    const watch = example<Watch>('sse');
    const source = watch(Authorized, url(), GUILD, (type, data, id) =>
      visible.push([type, data.id ?? data.userId, id].filter(Boolean).join(' ')),
    );
    await until('the rooms', 20_000, () => visible[0]);
    const first = await gateway.world.say();
    await until('a message', 20_000, () => visible[1]);
    line.cut();
    const second = await gateway.world.say();
    line.restore();
    await until('what was missed', 30_000, () => visible[2]);
    source.close();
    expect(visible).toEqual([
      'rooms_list',
      `message.created ${idOf(first)} ${first.seq}`,
      `message.created ${idOf(second)} ${second.seq}`,
    ]);
  });

  it('the REST client in docs/protocol.md catches up from a cursor of any kind', async () => {
    type CatchUp = (
      url: string,
      token: string,
      id: Snowflake,
      after: number,
    ) => Promise<{ events?: WireEvent[]; snapshot?: MessagesBulk; next: string }>;
    const catchUp = example<CatchUp>('rest');
    const start = await gateway.world.say();
    const missed = [await gateway.world.say(), await gateway.world.say()];
    const { events, next } = await catchUp(url(), token, CHANNEL, start.seq);
    expect(events!.map(({ payload }) => (payload as { id: string }).id)).toEqual(missed.map(idOf));
    expect(next).toBe(String(missed[1]!.seq));
    expect((await catchUp(url(), token, CHANNEL, 999_999)).snapshot!.messages.at(-1)).toMatchObject({
      id: idOf(missed[1]!),
    });
  });

  it('docs/protocol.md names every event and request', async () => {
    const document = await readFile(new URL('../../../../docs/asyncapi.yaml', import.meta.url), 'utf8');
    const visible = [...document.matchAll(/^ {8}name: "?([\w.]+)"?$/gm)].map(([, name]) => name!);
    expect(visible.length).toBeGreaterThan(30);
    expect(visible.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
