// The real discord.js packages against the local Discord, the ingestor, and a real nats-server.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import {
  EPHEMERAL_STREAM,
  eventSubject,
  LOG_STREAM,
  partitionOf,
  type AppError,
} from '@discord-relay/contracts';
import { startSimulator, type Simulator, type SimulatorOptions } from '@discord-relay/discord-simulator';
import { freePort, ServiceProcess, startNatsServer, until, type TestNats } from '@discord-relay/local-stack';
import { createLogger, HealthRegistry, NatsLink } from '@discord-relay/platform';
import { loadIngestorConfig } from '../../apps/ingestor/src/config.js';
import { Ingestor } from '../../apps/ingestor/src/ingestor.js';
import { IngestorMetrics } from '../../apps/ingestor/src/metrics/ingestor-metrics.js';
import { readLog } from '../../apps/ingestor/src/testing/log-reader.js';

/** An ingestor in this process. */
interface Running {
  ingestor: Ingestor;
  refusals: AppError[];
  metric(name: string, labels?: Record<string, string>): Promise<number>;
  stop(): Promise<void>;
}

/** A road to a port of this machine that can be blocked: what is on it is reset, what comes is refused. */
async function openRoad(targetPort: number) {
  const travellers = new Set<Socket>();
  const port = await freePort();
  let server: Server;
  const join = (near: Socket) => {
    const far = connectTcp(targetPort, '127.0.0.1');
    for (const each of [near, far]) {
      travellers.add(each);
      each.on('error', () => each.destroy()).on('close', () => travellers.delete(each));
    }
    near.pipe(far).pipe(near);
  };
  const open = () =>
    new Promise<void>((resolve) => (server = createServer(join).listen(port, '127.0.0.1', resolve)));
  const block = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const each of travellers) each.resetAndDestroy();
    });
  await open();
  return { url: `http://127.0.0.1:${port}`, open, block };
}

describe('ingestor', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let sim: Simulator;
  let cleanUp: (() => Promise<unknown>)[];

  beforeEach(async () => {
    cleanUp = [];
    nats = await startNatsServer();
    cleanUp.push(() => nats.stop());
    connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    cleanUp.push(() => connection.close());
    sim = await startDiscord();
  });
  afterEach(async () => {
    for (const each of cleanUp.reverse()) await each();
  });

  async function startDiscord(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
    const started = await startSimulator({
      guilds: 2,
      historyPerChannel: 0,
      invalidSessionDelayMs: 0,
      ...options,
    });
    cleanUp.push(() => started.close());
    return started;
  }

  const envOf = (more: Record<string, string> = {}) => ({
    NATS_URL: nats.url,
    DISCORD_API_URL: `${sim.url}/api`,
    PUBLISH_ACK_WAIT_MS: '1000',
    // History has a spec of its own; here every event is a live one, in Discord's order.
    BACKFILL_LIMIT: '0',
    ...more,
  });

  function startIngestor(more: Record<string, string> = {}): Running {
    const config = loadIngestorConfig(envOf(more));
    const logger = createLogger('ingestor', 'spec', process.env.SPEC_LOG_LEVEL ?? 'silent');
    const link = new NatsLink(config, 'spec', new HealthRegistry('ingestor', 'spec', '0'), logger);
    const registry = new Registry();
    const refusals: AppError[] = [];
    const ingestor = new Ingestor(link, config, new IngestorMetrics(registry), logger, (error) =>
      refusals.push(error),
    );
    const started = ingestor.start().catch((error: unknown) => error);
    let stopped: Promise<void> | undefined;
    const stop = () =>
      (stopped ??= (async () => {
        await ingestor.stop();
        await started;
        await link.drain();
      })());
    cleanUp.push(stop);
    return { ingestor, refusals, stop, metric: (name, labels) => metricOf(registry, name, labels) };
  }

  async function metricOf(
    registry: Registry,
    name: string,
    labels: Record<string, string> = {},
  ): Promise<number> {
    const metric = await registry.getSingleMetric(`relay_ingestor_${name}`)!.get();
    return metric.values
      .filter(({ labels: has }) => Object.entries(labels).every(([key, value]) => has[key] === value))
      .reduce((sum, { value }) => sum + value, 0);
  }

  const connected = (running: Running) =>
    until('the shards to be connected', 15_000, () => running.ingestor.discordCheck.ok || undefined);

  /** Every id of the log's message events, in the order of the log. */
  const messageIdsInLog = async () =>
    (await readLog(connection)).map((each) => each.messageId).filter((id) => id.startsWith('message.'));

  /** What the local Discord knows that it has told, by the ids that the log should have. */
  const createdByLedger = () =>
    sim.ledger
      .page(0, 1_000_000)
      .filter(({ origin, kind }) => origin === 'live' && kind === 'message.created')
      .map(({ messageId }) => `message.created:${messageId}`);

  /** Waits until the log has as many messages as Discord has told of, and checks that they are the same in order. */
  async function expectLogToMatchLedger(timeoutMs = 20_000): Promise<void> {
    const expected = createdByLedger();
    await until('the log to have every message', timeoutMs, async () =>
      (await messageIdsInLog()).length >= expected.length ? true : undefined,
    );
    expect(await messageIdsInLog()).toEqual(expected);
  }

  const shardOf = (running: Running) =>
    (running.ingestor.status.shards as { failures: number; acknowledgedSequence: number }[])[0]!;

  const firstChannel = () => [...sim.world.channels.values()].find((each) => sim.world.takesMessages(each))!;
  const anyUser = () => [...sim.world.users.values()].find((user) => !user.bot)!;
  const speak = (content: string) =>
    sim.world.createMessage(firstChannel().id, { authorId: anyUser().id, content });
  const speakTimes = (count: number) => Array.from({ length: count }, (_, i) => speak(`m${i}`));

  it('puts a message’s life into the log: once each, under the right subject, id and body', async () => {
    await connected(startIngestor());
    const channel = firstChannel();
    const { id } = speak('first');
    sim.world.editMessage(channel.id, id, { content: 'second' });
    sim.world.deleteMessage(channel.id, id);
    const more = speakTimes(2).map((message) => message.id);
    sim.world.bulkDeleteMessages(channel.id, more);
    await until('the bulk deletion to be in the log', 5_000, async () =>
      (await messageIdsInLog()).at(-1)?.startsWith('message.bulk_deleted:') ? true : undefined,
    );
    const logged = (await readLog(connection)).filter(({ event }) => event.type.startsWith('message.'));
    const place = { id, channelId: channel.id, guildId: channel.guildId };
    expect(logged.map(({ event }) => [event.type, event.data])).toEqual([
      ['message.created', expect.objectContaining({ ...place, content: 'first', editedAt: null })],
      [
        'message.updated',
        expect.objectContaining({ ...place, content: 'second', editedAt: expect.any(String) }),
      ],
      ['message.deleted', place],
      ['message.created', expect.objectContaining({ id: more[0] })],
      ['message.created', expect.objectContaining({ id: more[1] })],
      ['message.bulk_deleted', { ids: more, channelId: channel.id, guildId: channel.guildId }],
    ]);
    for (const { subject, messageId, contentType, traceparent, event } of logged) {
      expect(subject).toBe(eventSubject(event, 8));
      expect(subject).toContain(
        `discord.${partitionOf(channel.guildId, 8)}.${channel.guildId}.${channel.id}.`,
      );
      expect(messageId).toBe(event.id);
      expect(contentType).toBe('application/cloudevents+json');
      expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    }
  });

  it('records what Discord says by itself as messages of their type', async () => {
    await connected(startIngestor());
    const { guildId, id: channelId } = [...sim.world.channels.values()].find(({ type }) => type === 0)!;
    const person = [...sim.world.users.values()].find(({ bot }) => !bot)!.id;
    sim.world.updateGuild(guildId, { systemChannelId: channelId });
    sim.world.members.leave(guildId, person);
    sim.world.members.join(guildId, person);
    sim.world.system.boosted(guildId, person);
    const { id } = sim.world.createMessage(channelId, { authorId: person, content: 'to be pinned' });
    sim.world.pins.pin(channelId, id, person);
    const thread = sim.world.threads.create(channelId, { name: 'aside', ownerId: person });
    const said = await until('the messages to be in the log', 10_000, async () => {
      const events = (await readLog(connection)).map(({ event }) => event);
      const all = events.filter((event) => event.type === 'message.created').map(({ data }) => data);
      return all.length === 5 ? all : undefined;
    });
    const reference = { type: 'default', guildId };
    expect(said).toMatchObject([
      { messageType: 7, content: '', author: { id: person } },
      { messageType: 8, content: '' },
      { messageType: 0, content: 'to be pinned' },
      { messageType: 6, reference: { ...reference, channelId, messageId: id } },
      {
        messageType: 18,
        content: 'aside',
        reference: { ...reference, channelId: thread.id, messageId: null },
      },
    ]);
  });

  it('records every guild with its channels when a session begins', async () => {
    await connected(startIngestor());
    const channels = [...sim.world.channels.keys()].sort();
    const synced = async () => {
      const events = (await readLog(connection)).map(({ event }) => event);
      return events.filter(({ type }) => type === 'channel.synced' || type === 'room.synced');
    };
    await until('the channels to be in the log', 5_000, async () =>
      (await synced()).length >= channels.length ? true : undefined,
    );
    expect((await synced()).map(({ data }) => (data as { id: string }).id).sort()).toEqual(channels);
    const events = (await readLog(connection)).map(({ event }) => event);
    expect(events.filter(({ type }) => type === 'guild.synced')).toHaveLength(2);
  });

  it('records only the servers it was told to, and counts the rest', async () => {
    const [, other] = [...sim.world.guilds.keys()];
    const running = startIngestor({ DISCORD_GUILD_ID: other! });
    await connected(running);
    speak('filtered');
    await until(
      'the message to be counted',
      5_000,
      async () =>
        (await running.metric('skipped_total', { reason: 'guild_filtered', type: 'MESSAGE_CREATE' })) ||
        undefined,
    );
    const guildIds = new Set((await readLog(connection)).map(({ event }) => event.guildid));
    expect([...guildIds]).toEqual([other]);
  });

  describe('whatever a dispatch holds', () => {
    it('skips and counts what it cannot use, and goes on', async () => {
      const running = startIngestor();
      await connected(running);
      sim.faults.dispatch('SOMETHING_NEW', { a: 1 });
      sim.faults.dispatch('TYPING_START', { user_id: '1' });
      for (const d of [
        null,
        [],
        5,
        'x',
        { id: {} },
        { id: '1', channel_id: {}, guild_id: '3', author: null },
      ]) {
        sim.faults.dispatch('MESSAGE_CREATE', d);
      }
      sim.faults.raw('this is { no JSON');
      sim.faults.raw('null');
      speak('after all that');
      await expectLogToMatchLedger();
      expect(await running.metric('skipped_total', { reason: 'unknown_dispatch', type: 'unknown' })).toBe(1);
      expect(await running.metric('skipped_total', { reason: 'not_recorded', type: 'TYPING_START' })).toBe(1);
      expect(await running.metric('skipped_total', { type: 'MESSAGE_CREATE' })).toBe(6);
      const [session] = sim.gateway.sessions.all();
      await until('every sequence to be settled', 5_000, () =>
        shardOf(running).acknowledgedSequence === session!.seq ? true : undefined,
      );
    });

    it('keeps HTML and SQL as text, and 4 MB of content up to its bound, which is counted', async () => {
      const running = startIngestor();
      await connected(running);
      const text = `<img src=x onerror=alert(1)>'; DROP TABLE messages; --`;
      speak(text);
      speak('x'.repeat(4_000_000));
      await expectLogToMatchLedger();
      const contents = (await readLog(connection)).flatMap(({ event }) =>
        event.type === 'message.created' ? [event.data.content] : [],
      );
      expect(contents).toEqual([text, 'x'.repeat(16_384)]);
      expect(await running.metric('dropped_parts_total', { type: 'MESSAGE_CREATE' })).toBe(1);
    });

    it('leaves out an event that is larger than the log takes, counts it and settles it', async () => {
      const running = startIngestor();
      await connected(running);
      const { id: channelId, guildId } = firstChannel();
      const ids = Array.from({ length: 60_000 }, (_, i) => `1300000000000${100_000 + i}`);
      sim.faults.dispatch('MESSAGE_DELETE_BULK', { ids, channel_id: channelId, guild_id: guildId });
      speak('after it');
      await expectLogToMatchLedger();
      expect(await running.metric('publish_too_large_total')).toBe(1);
    });
  });

  describe('when the connection to Discord breaks', () => {
    it.each([
      ['without a word', () => sim.faults.drop()],
      ['with a close code', () => sim.faults.drop(4000)],
      ['by op 7', () => sim.faults.reconnect()],
      ['by a resumable op 9', () => sim.faults.invalidate(true)],
    ])('%s, resumes the session: nothing is lost and nothing comes twice', async (_, breakIt) => {
      const running = startIngestor();
      await connected(running);
      speakTimes(50);
      breakIt();
      speakTimes(50);
      await until(
        'the session to be resumed',
        15_000,
        async () => (await running.metric('resumes_total')) || undefined,
      );
      speakTimes(50);
      await expectLogToMatchLedger();
      expect(await running.metric('identifies_total')).toBe(1);
      expect(await running.metric('sessions_lost_total')).toBe(0);
    });

    it('begins a new session when Discord refuses the old one, and says that it was lost', async () => {
      const running = startIngestor();
      await connected(running);
      sim.faults.invalidate(false);
      await until('a second session', 15_000, async () =>
        (await running.metric('identifies_total')) === 2 ? true : undefined,
      );
      expect(await running.metric('sessions_lost_total')).toBe(1);
      speak('in the new session');
      await expectLogToMatchLedger();
    });

    it('resumes after resets and refused connections, which say nothing about the session', async () => {
      const road = await openRoad(sim.port);
      cleanUp.push(() => road.block());
      const running = startIngestor({ DISCORD_API_URL: `${road.url}/api` });
      await connected(running);
      speakTimes(50);
      await road.block();
      speakTimes(50);
      await until('two attempts in vain', 20_000, () => shardOf(running).failures >= 2 || undefined);
      await road.open();
      await connected(running);
      await expectLogToMatchLedger();
      expect(await running.metric('identifies_total')).toBe(1);
      expect(await running.metric('sessions_lost_total')).toBe(0);
    });

    it('resumes through the general address when the address of its session is gone for good', async () => {
      const road = await openRoad(sim.port);
      const first = startIngestor({ DISCORD_API_URL: `${road.url}/api` });
      await connected(first);
      await first.stop();
      await road.block();
      speakTimes(20);
      const second = startIngestor();
      await until('the session to be resumed', 30_000, () => second.ingestor.discordCheck.ok || undefined);
      await expectLogToMatchLedger();
      expect(await second.metric('resumes_total')).toBe(1);
      expect(await second.metric('identifies_total')).toBe(0);
    }, 45_000);

    it('waits for a Discord that is not there yet', async () => {
      const port = await freePort();
      const running = startIngestor({ DISCORD_API_URL: `http://127.0.0.1:${port}/api` });
      await until('the log to be open', 5_000, () => running.ingestor.logCheck.ok || undefined);
      expect(running.ingestor.discordCheck.ok).toBe(false);
      sim = await startDiscord({ port });
      await connected(running);
    });
  });

  it('lets what comes faster than the log takes it wait in the network', async () => {
    const running = startIngestor({ PUBLISH_QUEUE_MAX: '200', PUBLISH_MAX_IN_FLIGHT: '50' });
    await connected(running);
    speakTimes(5_000);
    await expectLogToMatchLedger();
    expect(await running.metric('read_pauses_total')).toBeGreaterThan(0);
    expect([await running.metric('identifies_total'), await running.metric('resumes_total')]).toEqual([1, 0]);
  });

  describe('when NATS is away', () => {
    it('keeps what arrives and publishes it in order, once, when NATS is back', async () => {
      const running = startIngestor();
      await connected(running);
      speakTimes(100);
      await nats.kill('SIGKILL');
      speakTimes(300);
      await until('the outage to be noticed', 10_000, () => !running.ingestor.logCheck.ok || undefined);
      speakTimes(100);
      await nats.restart();
      await expectLogToMatchLedger();
      expect(running.ingestor.logCheck.ok).toBe(true);
    });

    it('lets Discord hold what is more than its queue, and takes it when there is room', async () => {
      const running = startIngestor({ PUBLISH_QUEUE_MAX: '200', PUBLISH_MAX_IN_FLIGHT: '50' });
      await connected(running);
      await nats.kill('SIGSTOP');
      speakTimes(1_000);
      await until(
        'the shard to be disconnected',
        5_000,
        () => !running.ingestor.discordCheck.ok || undefined,
      );
      expect(running.ingestor.status.queueLength).toBeLessThan(1_000);
      await nats.kill('SIGCONT');
      await expectLogToMatchLedger();
      expect(await running.metric('identifies_total')).toBe(1);
    });

    it('waits while the log refuses events, says why, and goes on in order when it takes them again', async () => {
      const running = startIngestor();
      await connected(running);
      speakTimes(10);
      await expectLogToMatchLedger();
      const { streams } = await jetstreamManager(connection);
      const { config, state } = await streams.info(LOG_STREAM);
      await streams.update(LOG_STREAM, { ...config, max_msgs: state.messages });
      speakTimes(100);
      await until('the refusal to be noticed', 5_000, () => !running.ingestor.logCheck.ok || undefined);
      expect(running.ingestor.logCheck.detail).toMatch(/maximum messages exceeded/);
      await streams.update(LOG_STREAM, { ...config, max_msgs: -1 });
      await expectLogToMatchLedger();
    });

    it('starts before NATS does', async () => {
      await nats.kill('SIGKILL');
      const running = startIngestor();
      expect(running.ingestor.logCheck.ok).toBe(false);
      await nats.restart();
      await connected(running);
    });
  });

  it('keeps typing for minutes, on request, and never in the log', async () => {
    const running = startIngestor({ RECORD_TYPING: 'true' });
    await connected(running);
    const channel = [...sim.world.channels.values()].find((each) => sim.world.takesMessages(each))!;
    const user = [...sim.world.users.values()].find((each) => !each.bot)!;
    await fetch(`${sim.url}/_sim/channels/${channel.id}/typing`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId: user.id }),
    }).then((response) => expect(response.ok).toBe(true));
    const { streams } = await jetstreamManager(connection);
    const subject = `ephemeral.*.${channel.guildId}.${channel.id}.typing.started`;
    const typed = await until(
      'typing to be recorded',
      10_000,
      async () => (await streams.getMessage(EPHEMERAL_STREAM, { last_by_subj: subject })) ?? undefined,
    );
    expect(typed.json()).toMatchObject({ type: 'typing.started', data: { userId: user.id } });
    expect((await readLog(connection)).filter(({ event }) => event.type === 'typing.started')).toEqual([]);
  });

  describe('from one process to the next', () => {
    async function startProcess(
      more: Record<string, string> = {},
      onExit: (code: number | null) => void = () => undefined,
    ): Promise<ServiceProcess> {
      const logDir = await mkdtemp(join(tmpdir(), 'relay-spec-'));
      const service = new ServiceProcess({
        app: 'ingestor',
        port: await freePort(),
        env: { ...envOf(more), LOG_LEVEL: 'warn' },
        logDir,
        onUnexpectedExit: (_, code) => onExit(code),
      });
      cleanUp.push(async () => {
        await service.stop();
        await rm(logDir, { recursive: true, force: true });
      });
      service.start();
      return service;
    }

    it('hands its session over on a stop: the next resumes where the log ends', async () => {
      const first = startIngestor();
      await connected(first);
      speakTimes(100);
      await first.stop();
      speakTimes(100);
      const second = startIngestor();
      await connected(second);
      await expectLogToMatchLedger();
      expect(await second.metric('resumes_total')).toBe(1);
      expect(await second.metric('identifies_total')).toBe(0);
    });

    it('hands over the session that it has just asked for: an identify is not spent for nothing', async () => {
      const first = startIngestor();
      // Looks again in every turn of the event loop, so that READY is still on its way.
      while (sim.gateway.sessions.identifies === 0) await new Promise(setImmediate);
      await first.stop();
      const second = startIngestor();
      await connected(second);
      expect(await second.metric('resumes_total')).toBe(1);
      expect(sim.gateway.sessions.identifies).toBe(1);
    });

    it('loses nothing and doubles nothing when it is killed with events that are not acknowledged', async () => {
      const first = await startProcess();
      await first.ready();
      speakTimes(100);
      await nats.kill('SIGSTOP');
      speakTimes(200);
      await first.kill();
      speakTimes(100);
      await nats.kill('SIGCONT');
      const second = startIngestor();
      await connected(second);
      await expectLogToMatchLedger();
      expect(await second.metric('sessions_lost_total')).toBe(0);
    });

    it('loses nothing and doubles nothing when it is killed again and again under traffic', async () => {
      const first = await startProcess();
      await first.ready();
      const scenario = sim.scenarios.start({ messagesPerSecond: 300, durationMs: 5_000 });
      await first.kill();
      for (let round = 0; round < 2; round++) {
        const next = await startProcess();
        await next.ready();
        await next.kill();
      }
      const last = startIngestor();
      await connected(last);
      await until('the traffic to end', 15_000, () => scenario.endedAtMs ?? undefined);
      await expectLogToMatchLedger();
      expect(await last.metric('sessions_lost_total')).toBe(0);
    });

    it.each([
      ['the token', { token: 'right' }, /Discord refused the bot token: set DISCORD_TOKEN/],
      ['the intents', { disallowedIntents: 1 << 15 }, /enable “Message Content”/],
    ])('ends with exit code 78 and one line when Discord refuses %s', async (_, options, line) => {
      sim = await startDiscord(options);
      let exitCode: number | null | undefined;
      const service = await startProcess({ DISCORD_TOKEN: 'wrong' }, (code) => (exitCode = code));
      await until('the process to end', 15_000, () => exitCode);
      expect(exitCode).toBe(78);
      const lines = (await readFile(service.logFile, 'utf8')).trim().split('\n');
      const fatal = lines.map((each) => JSON.parse(each) as { level: string; msg: string });
      expect(fatal.filter(({ level }) => level === 'fatal').map(({ msg }) => msg)).toEqual([
        expect.stringMatching(line),
      ]);
    });

    it('ends with exit code 78 when its spool is in use, and has it at once when that process is killed', async () => {
      const dir = await mkdtemp(join(tmpdir(), 'relay-spool-'));
      cleanUp.push(() => rm(dir, { recursive: true, force: true }));
      const first = await startProcess({ SPOOL_DIR: dir });
      await first.ready();
      let exitCode: number | null | undefined;
      const second = await startProcess({ SPOOL_DIR: dir }, (code) => (exitCode = code));
      await until('the process to end', 15_000, () => exitCode);
      expect(exitCode).toBe(78);
      expect(await readFile(second.logFile, 'utf8')).toMatch(
        /LOG\.SPOOL_IN_USE.*SPOOL_DIR .* is used by another/,
      );
      await first.kill();
      const third = await startProcess({ SPOOL_DIR: dir });
      await third.ready();
    });

    it('ends with exit code 78 and one line when the log has other partitions than it was told', async () => {
      const first = startIngestor({ PARTITIONS: '3' });
      await connected(first);
      let exitCode: number | null | undefined;
      await startProcess({ PARTITIONS: '4' }, (code) => (exitCode = code));
      await until('the process to end', 15_000, () => exitCode);
      expect(exitCode).toBe(78);
    });
  });
});
