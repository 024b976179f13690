import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REST } from '@discordjs/rest';
import { WebSocketManager } from '@discordjs/ws';
import { startSimulator, type Simulator } from '@discord-relay/discord-simulator';
import { nameWebSockets } from '../../apps/ingestor/src/discord/user-agent.js';

describe('nameWebSockets', () => {
  let server: Server;
  let sim: Simulator;
  let seen: IncomingHttpHeaders[];

  beforeEach(async () => {
    seen = [];
    sim = await startSimulator({ guilds: 1, historyPerChannel: 0 });
    server = createServer((incoming, response) => {
      seen.push(incoming.headers);
      response.end('{}');
    });
    server.on('upgrade', (incoming, socket) => {
      seen.push(incoming.headers);
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await sim.close();
  });

  it('gives the gateway library’s handshakes the name that REST has, and no other request', async () => {
    nameWebSockets();
    const { port } = server.address() as AddressInfo;
    sim.answers.add(
      {
        method: null,
        path: '/gateway/bot',
        query: '',
        headers: {},
        edits: { set: { url: `ws://127.0.0.1:${port}` } },
        hangUp: false,
        delayMs: 0,
        hold: false,
      },
      null,
    );
    const rest = new REST({ version: '10', api: `${sim.url}/api` }).setToken('a-token');
    const manager = new WebSocketManager({ token: 'a-token', intents: 1, rest, shardCount: 1 });
    manager.on('error', () => undefined);
    const connecting = manager.connect().catch((error: unknown) => error);
    const deadline = Date.now() + 10_000;
    while (seen.length === 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(seen[0]?.upgrade).toBe('websocket');
    expect(seen[0]?.['user-agent']).toMatch(/^DiscordBot \(/);
    await manager.destroy();
    await Promise.race([connecting, new Promise((resolve) => setTimeout(resolve, 100))]);
    seen.length = 0;
    await new Promise<void>((resolve, reject) => {
      const plain = request({ port, host: '127.0.0.1' }, (response) => response.resume().on('end', resolve));
      plain.on('error', reject).end();
    });
    expect(seen.at(-1)?.['user-agent']).toBeUndefined();
  });
});
