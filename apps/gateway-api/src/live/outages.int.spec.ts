import { until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SocketClient } from '../testing/socket-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, OTHER_CHANNEL, VIEWER } from '../testing/world.js';

let gateway: TestGateway;
let clients: SocketClient[] = [];

beforeEach(async () => {
  gateway = await startGateway({ SOCKET_BUFFER_MAX_BYTES: '65536' });
});

afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await gateway.stop();
});

async function reader(channelId = CHANNEL): Promise<SocketClient> {
  const made = new SocketClient(gateway.url, { token: await tokenFor({ role: 'viewer', sub: VIEWER }) });
  clients.push(made);
  await made.connected();
  expect(await made.join({ channelId })).toMatchObject({ ok: true });
  return made;
}

const readiness = async (): Promise<number> => (await fetch(`${gateway.url}/api/ready`)).status;
const becomes = (status: number) =>
  until(`readiness ${status}`, 15_000, async () => ((await readiness()) === status ? true : undefined));

describe('while Postgres is away', () => {
  it('requests say so and everything goes on when it is back, with nothing lost', async () => {
    const { world, databaseLine } = gateway;
    const made = await reader();
    databaseLine.cut();
    const live = await world.say();
    await made.waitFor('message');
    const lost = await world.write();
    const after = await world.say();
    expect(await made.join({ channelId: OTHER_CHANNEL })).toMatchObject({
      ok: false,
      error: { code: 'SERVICE.UNAVAILABLE', retryable: true },
    });
    const rest = await fetch(`${gateway.url}/api/v1/guilds`, {
      headers: { authorization: `Bearer ${await tokenFor({ role: 'viewer', sub: VIEWER })}` },
    });
    expect(rest.status).toBe(503);
    expect(rest.headers.get('retry-after')).toBe('2');
    expect(await rest.json()).toMatchObject({ code: 'SERVICE.UNAVAILABLE', retryable: true });
    await becomes(503);
    expect(made.seqs()).toEqual([live.seq]);
    databaseLine.mend();
    await made.waitFor('message', 3);
    expect(made.seqs()).toEqual([live.seq, lost.seq, after.seq]);
    await becomes(200);
    expect(await made.join({ channelId: OTHER_CHANNEL })).toMatchObject({ ok: true });
  });
});

describe('while NATS is away', () => {
  it('channels can be joined, and what was missed comes when it is back', async () => {
    const { world, nats } = gateway;
    const made = await reader();
    await nats.kill();
    await becomes(503);
    const missed = [await world.write(), await world.write()];
    const late = await reader();
    const alsoMissed = await world.write();
    await nats.restart();
    await made.waitFor('message', 3);
    await late.waitFor('message');
    expect(made.seqs()).toEqual([...missed, alsoMissed].map(({ seq }) => seq));
    expect(late.seqs()).toEqual([alsoMissed.seq]);
    await becomes(200);
    const next = await world.say();
    await made.waitFor('message', 4);
    expect(made.seqs().at(-1)).toBe(next.seq);
  });
});

describe('a socket that does not read', () => {
  it('is disconnected and told that it may resume, while others go on', async () => {
    const { world } = gateway;
    const [slow, quick] = [await reader(), await reader()];
    const { engine } = slow.socket.io;
    const { ws } = engine.transport as unknown as { ws: { _socket: { pause(): void; resume(): void } } };
    ws._socket.pause();
    const text = 'x'.repeat(400_000);
    const enough = 40;
    for (let n = 0; n < enough; n++) await world.say(CHANNEL, GUILD, text);
    await quick.waitFor('message', enough);
    await until('the slow socket is counted', 10_000, async () =>
      (await (await fetch(`${gateway.url}/metrics`)).text()).includes(
        'relay_gateway_slow_sockets_total{service="gateway-api"} 1',
      )
        ? true
        : undefined,
    );
    const gone = new Promise((resolve) => slow.socket.once('disconnect', resolve));
    ws._socket.resume();
    await gone;
    expect(slow.lastError()).toMatchObject({ code: 'SOCKET.TOO_SLOW', retryable: true });
    expect(slow.of('message').length).toBeLessThan(enough);
    expect(quick.socket.connected).toBe(true);
  });
});

describe('a stop', () => {
  it('closes every socket and ends by itself', async () => {
    const made = await reader();
    const gone = new Promise((resolve) => made.socket.once('disconnect', resolve));
    await gateway.app.close();
    await gone;
    await expect(fetch(`${gateway.url}/api/live`)).rejects.toThrow();
  });
});
