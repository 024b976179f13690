// Ingestor replicas that share shards: real processes, a real nats-server, the local Discord.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { ChannelType } from 'discord-api-types/v10';
import { fenceSubject, LOG_STREAM, SESSIONS_BUCKET, VOICE_BUCKET } from '@discord-relay/contracts';
import { startSimulator, type Simulator, type SimulatorOptions } from '@discord-relay/discord-simulator';
import { freePort, ServiceProcess, startNatsServer, until, type TestNats } from '@discord-relay/local-stack';
import { readLog } from '../../apps/ingestor/src/testing/log-reader.js';

interface Status {
  state: string;
  checks: Record<string, { ok: boolean; detail?: string }>;
  detail: { shards: { id: number; state: string }[] };
}

describe('ingestor replicas', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let sim: Simulator;
  let logDir: string;
  let cleanUp: (() => Promise<unknown>)[];

  beforeEach(async () => {
    cleanUp = [];
    logDir = await mkdtemp(join(tmpdir(), 'relay-spec-'));
    cleanUp.push(() => rm(logDir, { recursive: true, force: true }));
    nats = await startNatsServer();
    cleanUp.push(() => nats.stop());
    connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    cleanUp.push(() => connection.close());
  });
  afterEach(async () => {
    for (const each of cleanUp.reverse()) await each();
  });

  async function startDiscord(options: Partial<SimulatorOptions> = {}): Promise<void> {
    sim = await startSimulator({ guilds: 6, historyPerChannel: 0, invalidSessionDelayMs: 0, ...options });
    cleanUp.push(() => sim.close());
  }

  async function startReplica(name: string, more: Record<string, string> = {}): Promise<ServiceProcess> {
    const env = {
      NATS_URL: nats.url,
      DISCORD_API_URL: `${sim.url}/api`,
      LOG_LEVEL: 'info',
      INSTANCE_ID: name,
      LEASE_TTL_MS: '1500',
      LEASE_RENEW_MS: '300',
      ...more,
    };
    const service = new ServiceProcess({ app: 'ingestor', port: await freePort(), env, logDir });
    cleanUp.push(() => service.stop());
    service.start();
    return service;
  }

  const statusOf = async (service: ServiceProcess) =>
    (await (await fetch(`${service.url}/api/status`)).json()) as Status;
  const shardsOf = async (service: ServiceProcess) =>
    (await statusOf(service)).detail.shards
      .filter(({ state }) => state === 'CONNECTED')
      .map(({ id }) => id)
      .sort();
  const metric = async (service: ServiceProcess, name: string) => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`relay_ingestor_${name}{`));
    return Number(line?.split(' ').at(-1));
  };
  const untilShares = (expected: number[], ...of: ServiceProcess[]) =>
    until(`shares ${expected.join('/')}`, 20_000, async () => {
      const shares = await Promise.all(of.map(async (each) => (await shardsOf(each)).length));
      return JSON.stringify(shares.sort()) === JSON.stringify(expected) ? true : undefined;
    });

  /** Until then a session ends with its process, and there is nothing to resume. */
  const untilStored = async (count: number) => {
    const bucket = await new Kvm(connection).open(SESSIONS_BUCKET);
    await until('the sessions to be stored', 10_000, async () =>
      (await bucket.status()).values === count ? true : undefined,
    );
  };

  /** The sequences of the shards' fences in the log. */
  const fencesOf = async (shardCount: number) => {
    const { streams } = await jetstreamManager(connection);
    const shardIds = Array.from({ length: shardCount }, (_, shardId) => shardId);
    const fences = await Promise.all(
      shardIds.map((shardId) =>
        streams.getMessage(LOG_STREAM, { last_by_subj: fenceSubject(shardCount, shardId) }),
      ),
    );
    return fences.map((fence) => fence?.seq ?? 0);
  };
  /** Shards whose fence is newer than before. */
  const fencedSince = async (before: number[]) => {
    const now = await fencesOf(before.length);
    return now.flatMap((sequence, shardId) => (sequence > before[shardId]! ? shardId : []));
  };

  const speak = (content: string) => {
    const channel = [...sim.world.channels.values()].find((each) => sim.world.takesMessages(each))!;
    const author = [...sim.world.users.values()].find((user) => !user.bot)!;
    return sim.world.createMessage(channel.id, { authorId: author.id, content });
  };

  async function expectNothingLostOrDoubled(): Promise<void> {
    const expected = sim.ledger
      .page(0, 1_000_000)
      .filter(({ origin, kind }) => origin === 'live' && kind === 'message.created')
      .map(({ messageId }) => `message.created:${messageId}`);
    const created = async () =>
      (await readLog(connection))
        .map(({ messageId }) => messageId)
        .filter((id) => id.startsWith('message.created:'));
    await until('the log to have every message', 20_000, async () =>
      (await created()).length >= expected.length ? true : undefined,
    );
    expect((await created()).sort()).toEqual(expected.sort());
  }

  it('ingestor replicas share the shards; a joining one gets its part by RESUME, a dead one’s part is taken over', async () => {
    await startDiscord({ shards: 4, maxConcurrency: 4 });
    const a = await startReplica('a');
    await untilShares([4], a);
    const first = await fencesOf(4);
    const scenario = sim.scenarios.start({ messagesPerSecond: 100, durationMs: 6_000 });
    const b = await startReplica('b');
    await untilShares([2, 2], a, b);
    const ofA = await shardsOf(a);
    expect(new Set([...ofA, ...(await shardsOf(b))]).size).toBe(4);
    expect(await fencedSince([0, 0, 0, 0])).toEqual([0, 1, 2, 3]);
    expect(await fencedSince(first)).toEqual(await shardsOf(b));
    const shared = await fencesOf(4);
    await a.kill();
    await untilShares([4], b);
    expect(await fencedSince(shared)).toEqual(ofA);
    await until('the traffic to end', 15_000, () => scenario.endedAtMs ?? undefined);
    await expectNothingLostOrDoubled();
    expect(sim.gateway.sessions.identifies).toBe(4);
  }, 60_000);

  it('ingestor replicas lose and duplicate nothing when they are killed and stopped alternately under traffic', async () => {
    await startDiscord({ shards: 2, maxConcurrency: 2 });
    let [old, other] = [await startReplica('a'), await startReplica('b')];
    await untilShares([1, 1], old, other);
    await untilStored(2);
    const scenario = sim.scenarios.start({ messagesPerSecond: 300, durationMs: 30_000 });
    for (let round = 0; round < 4; round++) {
      await (round % 2 === 0 ? old.kill() : old.stop());
      const next = await startReplica(`r${round}`);
      await untilShares([1, 1], other, next);
      [old, other] = [other, next];
    }
    sim.scenarios.stop(scenario.id);
    await expectNothingLostOrDoubled();
    expect(sim.gateway.sessions.identifies).toBe(2);
  }, 90_000);

  it('ingestor replicas stop writing at once for a shard that was taken over while they were paused', async () => {
    await startDiscord();
    const a = await startReplica('a');
    await untilShares([1], a);
    const b = await startReplica('b');
    await until('the second to stand by', 15_000, async () =>
      (await statusOf(b)).state === 'ready' ? true : undefined,
    );
    const scenario = sim.scenarios.start({ messagesPerSecond: 200, durationMs: 60_000 });
    a.signal('SIGSTOP');
    await untilShares([1], b);
    a.signal('SIGCONT');
    await until('the first to notice', 10_000, async () =>
      (await shardsOf(a)).length === 0 ? true : undefined,
    );
    sim.scenarios.stop(scenario.id);
    expect(await shardsOf(b)).toEqual([0]);
    await expectNothingLostOrDoubled();
    expect(sim.gateway.sessions.identifies).toBe(1);
  }, 60_000);

  it('ingestor replicas know where a user was before a move, even if the replica that saw it is dead', async () => {
    await startDiscord();
    const [guild] = sim.world.guilds.values();
    const [lounge, workbench] = sim.world
      .channelsOf(guild!.id)
      .filter(({ type }) => type === ChannelType.GuildVoice);
    const user = [...sim.world.users.values()].find(
      ({ id, bot }) => !bot && sim.world.members.find(guild!.id, id),
    )!;
    const a = await startReplica('a');
    await untilShares([1], a);
    await untilStored(1);
    const b = await startReplica('b');
    await until('the second to stand by', 15_000, async () =>
      (await statusOf(b)).state === 'ready' ? true : undefined,
    );
    sim.world.voice.enter(lounge!.id, user.id);
    const rooms = await new Kvm(connection).open(VOICE_BUCKET);
    await until('the room to be stored', 10_000, async () =>
      (await rooms.get(`guild.${guild!.id}`))?.string().includes(user.id) ? true : undefined,
    );
    await a.kill();
    sim.world.voice.enter(workbench!.id, user.id);
    await untilShares([1], b);
    const moved = await until('the move', 10_000, async () =>
      (await readLog(connection)).map(({ event }) => event).find(({ type }) => type === 'voice.moved'),
    );
    expect(moved.data).toMatchObject({
      userId: user.id,
      fromChannelId: lounge!.id,
      channelId: workbench!.id,
    });
    expect(sim.gateway.sessions.identifies).toBe(1);
  }, 60_000);

  it('ingestor replicas identify one after another in a bucket, whichever replica does it', async () => {
    await startDiscord({ shards: 2, maxConcurrency: 1, identifyWindowMs: 5_000 });
    const [a, b] = [await startReplica('a'), await startReplica('b')];
    await untilShares([1, 1], a, b);
    expect(sim.gateway.sessions.identifies).toBe(2);
  }, 60_000);

  it('ingestor replicas keep the last identifies of the day for operators, and report it', async () => {
    await startDiscord({ sessionStartTotal: 10 });
    const a = await startReplica('a', { IDENTIFY_RESERVE: '10' });
    const detail = await until('the reason', 15_000, async () => {
      const { detail: words } = (await statusOf(a)).checks.discord ?? {};
      return words?.includes('identify budget') ? words : undefined;
    });
    expect(detail).toMatch(/10 left of Discord's day, IDENTIFY_RESERVE keeps 10/);
    expect(await metric(a, 'identify_remaining')).toBe(10);
    expect(sim.gateway.sessions.identifies).toBe(0);
  });

  it('ingestor replicas replace an open but silent connection without losing its session', async () => {
    await startDiscord();
    const a = await startReplica('a', { WATCHDOG_MIN_SILENCE_MS: '1500' });
    await untilShares([1], a);
    const scenario = sim.scenarios.start({ messagesPerSecond: 100, durationMs: 60_000 });
    await until('some traffic', 10_000, async () => (await readLog(connection)).length > 300 || undefined);
    sim.faults.freeze(true);
    await until('the silence to be noticed', 15_000, async () =>
      (await metric(a, 'silent_shards_total')) > 0 ? true : undefined,
    );
    sim.scenarios.stop(scenario.id);
    await expectNothingLostOrDoubled();
    expect(sim.gateway.sessions.identifies).toBe(1);
  }, 60_000);

  it('ingestor replicas report that the content of messages seems to be withheld', async () => {
    await startDiscord();
    const a = await startReplica('a', { DISCORD_INTENTS: 'Guilds,GuildMessages' });
    await untilShares([1], a);
    for (let i = 0; i < 20; i++) speak(`m${i}`);
    await until('the diagnosis', 10_000, async () =>
      (await statusOf(a)).checks.discord?.detail === 'MESSAGE_CONTENT seems not granted' ? true : undefined,
    );
    expect(await metric(a, 'message_content_missing')).toBe(1);
  });
});
