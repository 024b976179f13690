import type { Snowflake } from '@discord-relay/contracts';
import { startGateway, type TestGateway, tokenFor } from '../testing/gateway.js';
import { SocketClient } from '../testing/socket-client.js';
import { CHANNEL, GUILD } from '../testing/world.js';

describe('live delivery', () => {
  let gateway: TestGateway;
  let clients: SocketClient[] = [];

  beforeEach(async () => {
    gateway = await startGateway();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await gateway.stop();
  });

  async function client(claims?: Record<string, unknown>): Promise<SocketClient> {
    const made = new SocketClient(gateway.url, { token: await tokenFor(claims) });
    clients = [...clients, made];
    await made.connected();
    return made;
  }

  it('gives a snapshot and then the tail', async () => {
    const first = await gateway.world.write();
    const reader = await client();
    const ack = await reader.join({ channelId: CHANNEL });
    expect(ack).toEqual({ ok: true, channelId: CHANNEL, seq: first.seq, resumed: false });
    expect(reader.lastSnapshot()).toMatchObject({ serverId: GUILD, seq: first.seq, reason: 'joined' });
    expect(reader.lastSnapshot().messages).toEqual([
      {
        id: '5000' as Snowflake,
        content: 'message 5000',
        author: { id: '7', username: 'ada' },
        timestamp: '2026-01-02T03:04:05.678Z',
        channelId: CHANNEL,
        serverId: GUILD,
        editedTimestamp: null,
        seq: first.seq,
      },
    ]);
    const second = await gateway.world.say();
    const [message] = await reader.waitFor('message');
    expect(message).toMatchObject({ content: 'message 5001', seq: second.seq, prev: first.seq });
  });
});
