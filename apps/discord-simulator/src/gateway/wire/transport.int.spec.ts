import { connect } from 'node:net';
import * as zlib from 'node:zlib';
import { WebSocket } from 'ws';
import type { SimulatorOptions } from '../../options.js';
import { startSimulator, type Simulator } from '../../simulator.js';
import { until } from '../../testing/bot-client.js';
import { RawClient } from '../../testing/raw-client.js';

let sim: Simulator;
const start = async (options: Partial<SimulatorOptions> = {}): Promise<void> => {
  sim = await startSimulator({ historyPerChannel: 0, ...options });
};
afterEach(() => sim.close());

const hasZstd = 'createZstdDecompress' in zlib;
const TEXT = 'x'.repeat(300_000) + 'häßlich 🦊';

/** Inflates each frame as it arrives, as a client must, and returns the payloads. */
function readStream(
  socket: WebSocket,
  stream: zlib.Inflate,
  suffix: Buffer | null,
): { op: number; t: string | null; d: unknown }[] {
  const payloads: { op: number; t: string | null; d: unknown }[] = [];
  let text = '';
  stream.on('data', (part: Buffer) => {
    text += part.toString('latin1');
  });
  socket.on('message', (frame: Buffer, isBinary) => {
    expect(isBinary).toBe(true);
    if (suffix) expect(frame.subarray(-4)).toEqual(suffix);
    stream.write(frame, () => {
      payloads.push(JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as (typeof payloads)[number]);
      text = '';
    });
  });
  return payloads;
}

describe('transport compression', () => {
  it('transport compression sends one zlib stream, flushed after each payload, and closes after the last one', async () => {
    await start();
    const socket = new WebSocket(`${sim.gatewayUrl}?v=10&encoding=json&compress=zlib-stream`);
    const flush = Buffer.from([0, 0, 0xff, 0xff]);
    const payloads = readStream(socket, zlib.createInflate(), flush);
    await until(() => payloads.length === 1);
    expect(payloads[0]).toMatchObject({ op: 10 });
    socket.send(JSON.stringify({ op: 2, d: { token: 'x', intents: 1, properties: {} } }));
    await until(() => payloads.length === 4);
    for (let i = 0; i < 50; i++) sim.faults.dispatch('NUMBERED', { i });
    sim.faults.dispatch('LONG', { text: TEXT });
    let code = 0;
    socket.on('close', (given) => void (code = given));
    sim.faults.drop(4000);
    await until(() => code !== 0);
    await until(() => payloads.at(-1)?.t === 'LONG');
    expect(payloads.map(({ t }) => t).slice(1, 4)).toEqual(['READY', 'GUILD_CREATE', 'GUILD_CREATE']);
    const numbers = payloads.filter(({ t }) => t === 'NUMBERED').map(({ d }) => (d as { i: number }).i);
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(payloads.at(-1)?.d).toEqual({ text: TEXT });
    expect(code).toBe(4000);
  });

  (hasZstd ? it : it.skip)('transport compression sends one zstd stream', async () => {
    await start();
    const { createZstdDecompress } = zlib as unknown as { createZstdDecompress: () => zlib.Inflate };
    const socket = new WebSocket(`${sim.gatewayUrl}?v=10&encoding=json&compress=zstd-stream`);
    const payloads = readStream(socket, createZstdDecompress(), null);
    await until(() => payloads.length === 1);
    expect(payloads[0]).toMatchObject({ op: 10 });
    socket.close();
  });

  it('long payloads are compressed individually if IDENTIFY requests it', async () => {
    await start();
    const socket = new WebSocket(`${sim.gatewayUrl}?v=10&encoding=json`);
    const frames: { t: string; isBinary: boolean; d: unknown }[] = [];
    socket.on('message', (frame: Buffer, isBinary) => {
      const text = (isBinary ? zlib.inflateSync(frame) : frame).toString('utf8');
      frames.push({ ...(JSON.parse(text) as { t: string; d: unknown }), isBinary });
    });
    await until(() => frames.length === 1);
    socket.send(JSON.stringify({ op: 2, d: { token: 'x', intents: 1, properties: {}, compress: true } }));
    await until(() => frames.length === 4);
    sim.faults.dispatch('LONG', { text: TEXT });
    sim.faults.dispatch('SHORT', {});
    await until(() => frames.at(-1)?.t === 'SHORT');
    expect(
      frames.filter(({ t }) => t === 'GUILD_CREATE' || t === 'LONG').map(({ isBinary }) => isBinary),
    ).toEqual([true, true, true]);
    expect(frames.at(-2)?.d).toEqual({ text: TEXT });
    expect(frames.at(-1)?.isBinary).toBe(false);
    socket.close();
  });
});

describe('the address of the gateway', () => {
  const refused: [title: string, query: string, reason: RegExp][] = [
    ['encoding=etf', 'v=10&encoding=etf', /encoding=etf is not supported: use encoding=json/],
    ['an unknown compression', 'v=10&compress=brotli', /compress=brotli is not supported/],
    ['an old version', 'v=8', /Invalid API version/],
    ...(hasZstd
      ? []
      : [
          ['zstd without Node support', 'compress=zstd-stream', /needs Node.js 22.15/] satisfies [
            string,
            string,
            RegExp,
          ],
        ]),
  ];
  it.each(refused)(
    '%s is refused with a code that stops clients from reconnecting',
    async (_title, query, reason) => {
      await start();
      const socket = new WebSocket(`${sim.gatewayUrl}?${query}`);
      const closed = new Promise<[number, string]>((resolve) =>
        socket.on('close', (code, text) => resolve([code, text.toString()])),
      );
      const [code, text] = await closed;
      expect(code).toBe(4012);
      expect(text).toMatch(reason);
    },
  );

  it('API v9 is served, and READY says so', async () => {
    await start();
    const client = new RawClient(sim.gatewayUrl, 'v=9&encoding=json');
    await until(() => client.find(10) !== undefined);
    client.identify();
    await until(() => client.find(0, 'READY') !== undefined);
    expect(client.find(0, 'READY')?.d).toMatchObject({ v: 9, private_channels: [] });
    client.close(4000);
  });
});

describe('the pace of the gateway', () => {
  it('HELLO does not share a packet with the response to the upgrade', async () => {
    await start({ helloDelayMs: 300 });
    const socket = connect(sim.port, '127.0.0.1');
    const reads: string[] = [];
    socket.on('data', (bytes) => void reads.push(bytes.toString('latin1')));
    socket.write(
      'GET /gateway?v=10 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await until(() => reads.join('').includes('heartbeat_interval'));
    expect(reads[0]).toMatch(/^HTTP\/1.1 101 /);
    expect(reads[0]).toMatch(/\r\n\r\n$/);
    socket.destroy();
  });

  it('a client that does not answer a close is disconnected within seconds', async () => {
    await start();
    const socket = connect(sim.port, '127.0.0.1');
    let isClosed = false;
    socket.on('close', () => void (isClosed = true));
    socket.resume();
    socket.write(
      'GET /gateway?v=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await until(() => isClosed, 15_000);
  }, 20_000);

  it('op 9 answers a failed RESUME after a while, and heartbeats are answered meanwhile', async () => {
    await start({ invalidSessionDelayMs: 1000 });
    const client = new RawClient(sim.gatewayUrl);
    await until(() => client.find(10) !== undefined);
    client.send(6, { token: 'x', session_id: 'unknown', seq: 1 });
    client.send(1, null);
    await until(() => client.find(11) !== undefined);
    expect(client.find(9)).toBeUndefined();
    await until(() => client.find(9) !== undefined);
    expect(client.find(9)?.d).toBe(false);
    client.close();
  });

  it('the gateway accepts snowflakes as JSON integers in op 8', async () => {
    await start();
    const client = new RawClient(sim.gatewayUrl);
    await until(() => client.find(10) !== undefined);
    client.identify();
    await until(() => client.find(0, 'READY') !== undefined);
    const [guildId] = sim.world.guilds.keys();
    const { id } = sim.world.bot;
    client.sendText(`{"op":8,"d":{"guild_id":${guildId},"user_ids":[${id}],"limit":0}}`);
    await until(() => client.find(0, 'GUILD_MEMBERS_CHUNK') !== undefined);
    expect(client.find(0, 'GUILD_MEMBERS_CHUNK')?.d).toMatchObject({
      guild_id: guildId,
      members: [{ user: { id } }],
    });
    client.close();
  });
});
