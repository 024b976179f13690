import type { SimulatorOptions } from '../options.js';
import { startSimulator, type Simulator } from '../simulator.js';
import { until } from '../testing/bot-client.js';
import { RawClient } from '../testing/raw-client.js';

let sim: Simulator;
const start = async (options: Partial<SimulatorOptions> = {}): Promise<void> => {
  sim = await startSimulator({ historyPerChannel: 0, ...options });
};
const greeted = async (query?: string): Promise<RawClient> => {
  const client = new RawClient(sim.gatewayUrl, query);
  await until(() => client.find(10) !== undefined || client.closeCode !== null);
  return client;
};
const identified = async (extra?: object): Promise<{ client: RawClient; sessionId: string }> => {
  const client = await greeted();
  client.identify(extra);
  await until(() => client.find(0, 'READY') !== undefined);
  return { client, sessionId: (client.find(0, 'READY')?.d as { session_id: string }).session_id };
};
const closesWith = async (client: RawClient): Promise<number | null> => {
  await until(() => client.closeCode !== null);
  return client.closeCode;
};
const resume = async (session_id: string, seq: number): Promise<RawClient> => {
  const client = await greeted();
  client.send(6, { token: 'x', session_id, seq });
  return client;
};

afterEach(() => sim.close());

describe('gateway protocol', () => {
  it('the gateway sends the heartbeat interval in HELLO and acknowledges heartbeats', async () => {
    await start({ heartbeatIntervalMs: 1234 });
    const client = await greeted();
    expect(client.find(10)).toMatchObject({ t: null, s: null, d: { heartbeat_interval: 1234 } });
    client.send(1, null);
    await until(() => client.find(11) !== undefined);
  });

  it.each([
    ['an unknown opcode', 4001, (client: RawClient) => client.send(99, {})],
    ['text that is no JSON', 4002, (client: RawClient) => client.sendText('{"op":')],
    ['a payload without opcode', 4002, (client: RawClient) => client.sendText('[]')],
    ['a payload above 4096 bytes', 4002, (client: RawClient) => client.send(3, 'x'.repeat(4096))],
    ['a command before IDENTIFY', 4003, (client: RawClient) => client.send(3, {})],
    ['an empty token', 4004, (client: RawClient) => client.identify({ token: '' })],
    ['a shard beyond the count', 4010, (client: RawClient) => client.identify({ shard: [2, 2] })],
    ['intents that do not exist', 4013, (client: RawClient) => client.identify({ intents: 1 << 30 })],
    ['intents that are not allowed', 4014, (client: RawClient) => client.identify({ intents: 2 })],
    ['an IDENTIFY without token', 4002, (client: RawClient) => client.send(2, {})],
  ])('the gateway closes on %s with %i', async (_title, code, misbehave) => {
    await start({ disallowedIntents: 2 });
    const client = await greeted();
    misbehave(client);
    expect(await closesWith(client)).toBe(code);
  });

  it('the gateway closes on a second IDENTIFY with 4005, and on too many guilds per shard with 4011', async () => {
    await start({ guilds: 3, maxGuildsPerShard: 2 });
    const client = await greeted();
    client.identify();
    expect(await closesWith(client)).toBe(4011);
    const { client: second } = await identified({ shard: [1, 2] });
    second.identify();
    expect(await closesWith(second)).toBe(4005);
  });

  it('the gateway closes on an unknown API version with 4012', async () => {
    await start();
    expect(await closesWith(await greeted('v=6&encoding=json'))).toBe(4012);
  });

  it('the gateway closes with 4008 beyond the rate limit, and not without a limit', async () => {
    await start({ gatewayRateLimit: 10 });
    const client = await greeted();
    for (let i = 0; i < 11; i++) client.send(1, null);
    expect(await closesWith(client)).toBe(4008);
  });

  it('the gateway closes a silent connection with 4009 and lets it resume', async () => {
    await start({ heartbeatIntervalMs: 150 });
    const { client, sessionId } = await identified();
    expect(await closesWith(client)).toBe(4009);
    const again = await resume(sessionId, 3);
    await until(() => again.find(0, 'RESUMED') !== undefined);
  });

  it('the gateway ends the session when the client closes with 1000, and keeps it after any other close', async () => {
    await start();
    const { client, sessionId } = await identified();
    client.close(4900);
    await closesWith(client);
    const second = await resume(sessionId, 3);
    await until(() => second.find(0, 'RESUMED') !== undefined);
    second.close(1000);
    await closesWith(second);
    const third = await resume(sessionId, 4);
    await until(() => third.find(9) !== undefined);
    expect(third.find(9)?.d).toBe(false);
  });

  it('the gateway closes a RESUME with a future sequence with 4007, and sends op 9 if the buffer lost events', async () => {
    await start({ replayBufferEvents: 5 });
    const { client, sessionId } = await identified();
    expect(await closesWith(await resume(sessionId, 1000))).toBe(4007);
    for (let i = 0; i < 20; i++) sim.world.createUser(`nobody-${i}`);
    const guild = [...sim.world.guilds.values()][0]!;
    for (let i = 0; i < 20; i++) sim.world.updateGuild(guild.id, { name: `Name ${i}` });
    const late = await resume(sessionId, 3);
    await until(() => late.find(9) !== undefined);
    client.close(1000);
  });

  it('the gateway gives a session that is still connected to the newest RESUME', async () => {
    await start();
    const { client, sessionId } = await identified();
    const second = await resume(sessionId, 1);
    await until(() => second.find(0, 'RESUMED') !== undefined);
    expect(await closesWith(client)).toBe(4000);
    expect(second.received.map(({ t }) => t)).toEqual([null, 'GUILD_CREATE', 'GUILD_CREATE', 'RESUMED']);
  });

  it('the gateway announces an outage and its end, also in READY', async () => {
    await start({ guilds: 1 });
    const guild = [...sim.world.guilds.values()][0]!;
    sim.world.setGuildAvailable(guild.id, false);
    const { client } = await identified();
    await until(() => client.find(0, 'GUILD_DELETE') !== undefined);
    expect(client.find(0, 'GUILD_DELETE')?.d).toEqual({ id: guild.id, unavailable: true });
    sim.world.setGuildAvailable(guild.id, true);
    await until(() => client.find(0, 'GUILD_CREATE') !== undefined);
  });

  it('the gateway replays 40,000 dispatches in order to a client that reconnects late', async () => {
    await start();
    const { client, sessionId } = await identified();
    client.close(4900);
    await closesWith(client);
    const channel = [...sim.world.channels.values()].find(({ name }) => name === 'general')!;
    for (let i = 0; i < 40_000; i++) {
      sim.world.createMessage(channel.id, { authorId: sim.world.bot.id, content: String(i) });
    }
    const again = await resume(sessionId, 3);
    await until(() => again.find(0, 'RESUMED') !== undefined, 20_000);
    const numbers = again.received.flatMap(({ s }) => s ?? []);
    expect(numbers).toEqual(Array.from({ length: 40_001 }, (_, i) => i + 4));
  }, 30_000);

  it('the gateway disconnects a client that does not read, and keeps its session resumable', async () => {
    await start({ socketBufferBytes: 100_000 });
    const { client, sessionId } = await identified();
    sim.faults.dispatch('SOMETHING_BIG', { x: 'y'.repeat(8_000_000) });
    sim.faults.dispatch('SOMETHING_SMALL', {});
    await closesWith(client);
    expect([...sim.gateway.sessions.all()].map(({ id }) => id)).toEqual([sessionId]);
  });
});
