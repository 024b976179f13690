// Sessions that are lost while the local Discord continues: after backfill the log has what Discord has.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import {
  BACKFILL_BUCKET,
  type GapClosed,
  type GapOpened,
  type RelayEvent,
  SESSIONS_BUCKET,
  type Snowflake,
} from '@discord-relay/contracts';
import { startSimulator, type Simulator, type SimulatorOptions } from '@discord-relay/discord-simulator';
import { freePort, ServiceProcess, startNatsServer, until, type TestNats } from '@discord-relay/local-stack';
import { createLogger, HealthRegistry, NatsLink } from '@discord-relay/platform';
import type { GuildGap } from '../../apps/ingestor/src/backfill/gaps/gap.js';
import { KnownMessages } from '../../apps/ingestor/src/backfill/compare/known-messages.js';
import { loadIngestorConfig } from '../../apps/ingestor/src/config.js';
import { Ingestor } from '../../apps/ingestor/src/run/ingestor.js';
import { IngestorMetrics } from '../../apps/ingestor/src/metrics/ingestor-metrics.js';
import { readLog } from '../../apps/ingestor/src/testing/log-reader.js';

interface Running {
  ingestor: Ingestor;
  metric(name: string, labels?: Record<string, string>): Promise<number>;
  stop(): Promise<void>;
}

type EventOf<T extends RelayEvent['type']> = Extract<RelayEvent, { type: T }>;
const MANY = 40_000;
/** Poll interval for states that last only a moment. */
const SHORT_POLL_MS = 25;

describe('backfill', () => {
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
  });
  afterEach(async () => {
    for (const each of cleanUp.reverse()) await each();
  });

  async function startDiscord(options: Partial<SimulatorOptions> = {}): Promise<void> {
    sim = await startSimulator({ guilds: 1, historyPerChannel: 0, invalidSessionDelayMs: 0, ...options });
    cleanUp.push(() => sim.close());
  }

  function startIngestor(more: Record<string, string> = {}): Running {
    const env = {
      NATS_URL: nats.url,
      DISCORD_API_URL: `${sim.url}/api`,
      BACKFILL_REQUESTS_PER_S: '50',
      DISCORD_INTENTS: 'Guilds,GuildMessages,MessageContent,GuildMessageReactions',
      ...more,
    };
    const config = loadIngestorConfig(env);
    const logger = createLogger('ingestor', 'spec', process.env.SPEC_LOG_LEVEL ?? 'silent');
    const link = new NatsLink(config, 'spec', new HealthRegistry('ingestor', 'spec', '0'), logger);
    const registry = new Registry();
    const metrics = new IngestorMetrics(registry);
    const ingestor = new Ingestor(link, config, metrics, logger, (error) => logger.error({ err: error }));
    const started = ingestor.start().catch((error: unknown) => error);
    let stopped: Promise<void> | undefined;
    const stop = () =>
      (stopped ??= (async () => {
        await ingestor.stop();
        await started;
        await link.drain();
      })());
    cleanUp.push(stop);
    return { ingestor, stop, metric: (name, labels) => metricOf(registry, name, labels) };
  }

  async function metricOf(registry: Registry, name: string, labels: Record<string, string> = {}) {
    const metric = await registry.getSingleMetric(`relay_ingestor_${name}`)!.get();
    return metric.values
      .filter(({ labels: has }) => Object.entries(labels).every(([key, value]) => has[key] === value))
      .reduce((sum, { value }) => sum + value, 0);
  }

  const connected = (running: Running) =>
    until('the shards to be connected', 15_000, () => running.ingestor.discordCheck.ok || undefined);

  async function logged<T extends RelayEvent['type']>(type: T): Promise<EventOf<T>[]> {
    const events = (await readLog(connection)).map(({ event }) => event);
    return events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** The gap that a session's loss, or the first start, has opened, once it is closed. */
  const closedGap = async (cause: GapOpened['cause']) =>
    until(`the gap after ${cause} to be closed`, MANY, async () => {
      const opened = (await logged('gap.opened')).filter(({ data }) => data.cause === cause).at(-1);
      const closed = (await logged('gap.closed')).find(({ data }) => data.gapId === opened?.data.gapId);
      return opened && closed ? { opened: opened.data, closed: closed.data } : undefined;
    });

  const textChannels = () => [...sim.world.channels.values()].filter(({ type }) => type === 0);
  const people = () => [...sim.world.users.values()].filter((user) => !user.bot);
  const speak = (channelId: string, content: string) =>
    sim.world.createMessage(channelId, { authorId: people()[0]!.id, content }).id as Snowflake;
  const react = (channelId: string, messageId: string, userId: string, name = '👍') =>
    sim.world.reactions.add({ channelId, messageId, userId, emoji: { id: null, name, animated: false } });

  /** Channel -> message -> its content and reactions, as Discord has them. */
  function discordState(): Record<string, unknown> {
    const messages = textChannels().flatMap(({ id }) => [...sim.world.history(id).all()]);
    return Object.fromEntries(
      messages.map(({ id, content, reactions = [] }) => {
        const users = reactions.map(({ emoji, users: all }) => [
          emoji.name,
          all.map((user) => user.id).sort(),
        ]);
        return [id, { content, reactions: Object.fromEntries(users) as unknown }];
      }),
    );
  }

  /** The same according to the log. */
  async function logState(): Promise<Record<string, unknown>> {
    const known = new KnownMessages();
    const contents = new Map<string, string>();
    const channels = new Set<string>();
    for (const { event } of await readLog(connection)) {
      known.apply(event);
      if (event.type !== 'message.created' && event.type !== 'message.updated') continue;
      channels.add(event.data.channelId);
      if (event.data.content !== undefined) contents.set(event.data.id, event.data.content);
    }
    const there = [...channels].flatMap((channelId) =>
      known.idsOf(channelId).map((id) => [channelId, id] as const),
    );
    return Object.fromEntries(
      there.map(([channelId, id]) => {
        const reactions = [...known.find(channelId, id)!.reactions].filter(([, users]) => users.size > 0);
        const users = reactions.map(([key, all]) => [key.split('/')[0], [...all].sort()]);
        return [id, { content: contents.get(id), reactions: Object.fromEntries(users) as unknown }];
      }),
    );
  }

  const expectLogToEqualDiscord = async () => expect(await logState()).toEqual(discordState());

  async function expectNothingTwice(): Promise<void> {
    const ids = (await readLog(connection)).map(({ messageId }) => messageId);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  }

  const allLogged = (count: number) =>
    until('the messages to be in the log', 10_000, async () =>
      (await logged('message.created')).length >= count ? true : undefined,
    );

  /** Ends the session and changes the world before the next one begins. */
  async function whileAway(running: Running, change: () => void): Promise<void> {
    await running.stop();
    sim.faults.expireSessions();
    change();
  }

  it('backfill recovers messages, edits, deletions and reactions that were missed, and reports it', async () => {
    await startDiscord();
    const first = startIngestor({ BACKFILL_LIMIT: '0' });
    await connected(first);
    const [one, two] = textChannels();
    const [kept, edited, deleted, liked, unliked] = ['a', 'b', 'c', 'd', 'e'].map((text) =>
      speak(one!.id, text),
    );
    react(one!.id, unliked!, people()[0]!.id);
    await allLogged(5);
    await until(
      'the reaction to be in the log',
      5_000,
      async () => (await logged('reaction.added')).length || undefined,
    );
    await whileAway(first, () => {
      for (let i = 0; i < 230; i++) speak(one!.id, `missed ${i}`);
      react(two!.id, speak(two!.id, 'missed too'), people()[1]!.id, '🎉');
      sim.world.editMessage(one!.id, edited!, { content: 'b2' });
      sim.world.deleteMessage(one!.id, deleted!);
      for (const person of people().slice(0, 3)) react(one!.id, liked!, person.id);
      sim.world.reactions.clear(one!.id, unliked!);
    });
    const second = startIngestor();
    const { opened, closed } = await closedGap('session_lost');
    expect(await logState()).toHaveProperty(kept!);
    await expectLogToEqualDiscord();
    await expectNothingTwice();
    expect(closed.recovered).toEqual({ messages: 231, edits: 1, deletions: 1, reactions: 3, threads: 0 });
    expect(closed.channels.skipped).toBe(0);
    expect(closed.unrecoverable).toEqual(
      expect.arrayContaining(['intermediate_edits', 'reactions_exchanged']),
    );
    expect(opened.gapId).toMatch(new RegExp(`^${opened.lostSessionId}:`));
    expect(Date.parse(opened.from.time!)).toBeLessThan(Date.parse(opened.to.time));
    expect(await second.metric('gaps_open')).toBe(0);
    expect(await second.metric('backfill_messages_total', { kind: 'created' })).toBe(231);
    expect(await second.metric('backfill_requests_total', { status: '200' })).toBeGreaterThan(3);
    expect(second.ingestor.status.backfill).toMatchObject({ gaps: [], channelsRemaining: 0 });
  }, 60_000);

  it('backfill recovers a session lost while the process runs, with live traffic meanwhile', async () => {
    await startDiscord();
    const running = startIngestor({ BACKFILL_LIMIT: '0' });
    await connected(running);
    const channel = textChannels()[0]!;
    const id = speak(channel.id, 'before');
    await allLogged(1);
    sim.faults.expireSessions();
    for (let i = 0; i < 150; i++) speak(channel.id, `missed ${i}`);
    await until('the gap to be opened', 20_000, async () => (await logged('gap.opened')).length || undefined);
    for (let i = 0; i < 150; i++) {
      speak(channel.id, `live ${i}`);
      if (i % 10 === 0) sim.world.editMessage(channel.id, id, { content: `edit ${i}` });
    }
    sim.world.deleteMessage(channel.id, speak(channel.id, 'short-lived'));
    await closedGap('session_lost');
    await allLogged(302);
    await until(
      'the deletion to be in the log',
      5_000,
      async () => (await logged('message.deleted')).length || undefined,
    );
    await expectLogToEqualDiscord();
    await expectNothingTwice();
  });

  it('backfill imports history at the first start, up to the limit, and never again', async () => {
    await startDiscord({ historyPerChannel: 130 });
    const first = startIngestor({ BACKFILL_LIMIT: '120' });
    const { opened, closed } = await closedGap('first_start');
    const channels = textChannels().filter(({ lastMessageId }) => lastMessageId !== null);
    expect(opened).toMatchObject({ lostSessionId: null, from: { time: null, snowflake: null } });
    expect(closed.recovered.messages).toBe(channels.length * 120);
    expect(closed.unrecoverable).toContain('beyond_horizon');
    expect(closed.unrecoverable).toEqual(
      expect.arrayContaining(channels.map(({ id }) => `beyond_limit:${id}`)),
    );
    const newest = channels.flatMap(({ id }) => sim.world.history(id).all().slice(-120));
    const imported = (await logged('message.created')).map(({ data }) => data.id).sort();
    expect(imported).toEqual(newest.map(({ id }) => id).sort());
    await first.stop();
    const second = startIngestor({ BACKFILL_LIMIT: '120' });
    await connected(second);
    expect(await logged('gap.opened')).toHaveLength(1);
  });

  it('backfill continues after a stop in the middle, and respects refusals', async () => {
    await startDiscord({ historyPerChannel: 250, restBucketLimit: 2, restBucketWindowMs: 500 });
    const total = textChannels().reduce((sum, { id }) => sum + sim.world.history(id).size, 0);
    const fault = {
      kind: 'rate_limited',
      retryAfterMs: 100,
      ratio: 0.2,
      requests: null,
      path: '/messages',
    } as const;
    sim.restFaults.set({ ...fault, global: false, delayMs: 0, status: 500 });
    const first = startIngestor();
    await until(
      'a part to be imported',
      MANY,
      async () => {
        const { length } = await logged('message.created');
        return length > 0 && length < total ? true : undefined;
      },
      SHORT_POLL_MS,
    );
    await first.stop();
    expect(await logged('gap.closed')).toEqual([]);
    const second = startIngestor();
    const { closed } = await closedGap('first_start');
    expect(closed.recovered.messages).toBe(total);
    await expectLogToEqualDiscord();
    await expectNothingTwice();
    expect(await second.metric('backfill_requests_total', { status: '429' })).toBeGreaterThan(0);
    const bucket = await new Kvm(connection).open(BACKFILL_BUCKET);
    const left: string[] = [];
    for await (const key of await bucket.keys()) left.push(key);
    expect(left).toEqual([]);
  }, 90_000);

  it('backfill leaves out a channel whose history may not be read, and names it', async () => {
    await startDiscord({ historyPerChannel: 3 });
    const hidden = textChannels().find(({ lastMessageId }) => lastMessageId !== null)!;
    const running = startIngestor({
      DISCORD_API_URL: await between((path) =>
        path.includes(`/channels/${hidden.id}/messages`) ? 403 : undefined,
      ),
    });
    const { closed } = await closedGap('first_start');
    expect(closed.unrecoverable).toContain(`no_read_history:${hidden.id}`);
    expect(closed.channels.skipped).toBe(1);
    const imported: GapClosed['recovered'] = closed.recovered;
    const readable = textChannels().filter(({ id }) => id !== hidden.id);
    expect(imported.messages).toBe(readable.reduce((sum, { id }) => sum + sim.world.history(id).size, 0));
    expect(await running.metric('backfill_channels_skipped_total', { reason: 'no_read_history' })).toBe(1);
  });

  const messagesOf = (channelIds: readonly string[]) =>
    channelIds
      .flatMap((id) => [...sim.world.history(id as Snowflake).all()])
      .map(({ id }) => id)
      .sort();
  const createdIn = async (guildId: string) =>
    (await logged('message.created'))
      .filter(({ guildid }) => guildid === guildId)
      .map(({ data }) => data.id)
      .sort();

  function joinGuild(name: string) {
    const { id: guildId } = sim.world.createGuild(name);
    const channel = sim.world.createChannel(guildId, { name: 'general', type: 0 });
    return { guildId, channel };
  }
  const closedGapOf = (guildId: string) =>
    until('the import to end', MANY, async () =>
      (await logged('gap.closed')).find(({ guildid }) => guildid === guildId),
    );

  it('backfill imports the history of a guild that the bot joins later, or while the ingestor is down', async () => {
    await startDiscord();
    const running = startIngestor();
    await closedGap('first_start');
    // The end of an outage is not a new guild: the log knows the guild.
    const known = [...sim.world.guilds.keys()][0]!;
    sim.world.setGuildAvailable(known, false);
    sim.world.setGuildAvailable(known, true);
    const later = joinGuild('later');
    await closedGapOf(later.guildId);
    let away!: ReturnType<typeof joinGuild>;
    await whileAway(running, () => {
      away = joinGuild('while away');
      for (let i = 0; i < 120; i++) speak(away.channel.id, `old ${i}`);
    });
    startIngestor({ BACKFILL_HORIZON_HOURS: '0' });
    const closed = await closedGapOf(away.guildId);
    expect(closed.data.recovered.messages).toBe(120);
    expect(await createdIn(away.guildId)).toEqual(messagesOf([away.channel.id]));
    const opened = await logged('gap.opened');
    const causes = (guildId: string) =>
      opened.filter(({ guildid }) => guildid === guildId).map(({ data }) => data.cause);
    expect(causes(later.guildId)).toEqual(['first_start', 'session_lost']);
    expect(causes(away.guildId)).toEqual(['first_start']);
    expect(causes(known)).toEqual(['first_start', 'session_lost']);
  }, 60_000);

  it('backfill reports an import once, even if a crash directly after it makes the guild appear again', async () => {
    await startDiscord();
    const env = { DEDUP_WINDOW_MS: '1000' };
    const running = startIngestor(env);
    await closedGap('first_start');
    const { guildId } = joinGuild('later');
    const { time } = await closedGapOf(guildId);
    await running.stop();
    const opened = async () => (await logged('gap.opened')).filter(({ guildid }) => guildid === guildId);
    const appearedAt = Number((await opened())[0]!.data.gapId.split(':').at(-1));
    const sessions = await new Kvm(connection).open(SESSIONS_BUCKET);
    const session = async () => {
      for await (const key of await sessions.keys()) {
        const record = (await sessions.get(key))!.json<{ sessionId?: string; sequence: number }>();
        if (record.sessionId) return { key, record };
      }
      throw new Error('no session is stored');
    };
    const { key, record } = await session();
    await sessions.put(key, JSON.stringify({ ...record, sequence: appearedAt - 1 }));
    await until('the log to forget ids', MANY, () => Date.now() - Date.parse(time) > 3_000 || undefined);
    const again = startIngestor(env);
    // The session is stored once the guild has been examined.
    await until(
      'the guild passed',
      MANY,
      async () => (await session()).record.sequence >= appearedAt || undefined,
    );
    await again.stop();
    const gaps = await new Kvm(connection).open(BACKFILL_BUCKET);
    for await (const gap of await gaps.keys()) throw new Error(`${gap} is open again`);
    expect(await opened()).toHaveLength(1);
    expect((await logged('gap.closed')).filter(({ guildid }) => guildid === guildId)).toHaveLength(1);
  }, 60_000);

  it('backfill recovers messages in threads that were archived meanwhile; private ones as far as the bot may see them', async () => {
    await startDiscord();
    const running = startIngestor({ BACKFILL_LIMIT: '0' });
    await connected(running);
    const [one, two] = textChannels();
    const { guildId } = one!;
    const manageThreads = 1n << 34n;
    const deny = [{ id: guildId, type: 0 as const, allow: '0', deny: String(manageThreads) }];
    const botRole = sim.world.guild(guildId).roles.find(({ botId }) => botId !== null)!;
    const ownDeny = { ...deny[0]!, id: botRole.id };
    const archived: Record<string, string> = {};
    await whileAway(running, () => {
      sim.world.updateChannel(two!.id, { permissionOverwrites: [...deny, ownDeny] });
      for (const [name, parentId, type, isIn] of [
        ['public', one!.id, 11, false],
        ['private, may manage', one!.id, 12, false],
        ['private, is in', two!.id, 12, true],
        ['private, unseen', two!.id, 12, false],
      ] as const) {
        const { id } = sim.world.threads.create(parentId, { name, type, ownerId: people()[0]!.id });
        for (let i = 0; i < 3; i++) speak(id, `${name} ${i}`);
        if (isIn) sim.world.threads.join(id, sim.world.bot.id);
        sim.world.threads.update(id, { archived: true });
        archived[name] = id;
      }
    });
    const requests: string[] = [];
    startIngestor({ DISCORD_API_URL: await between((path) => void requests.push(path)) });
    const { closed } = await closedGap('session_lost');
    const { 'private, unseen': unseen, ...seen } = archived;
    expect(await createdIn(guildId)).toEqual(messagesOf(Object.values(seen)));
    expect(messagesOf([unseen!])).toHaveLength(3);
    expect(closed.recovered.threads).toBe(3);
    const lists = requests.filter((path) => path.includes('/threads/archived/private'));
    expect(lists.some((path) => path.includes(`/${one!.id}/threads/`))).toBe(true);
    expect(lists.some((path) => path.includes(`/${two!.id}/threads/`))).toBe(false);
  });

  it('backfill continues from the stored progress after a kill: finished channels are not read again', async () => {
    await startDiscord({ historyPerChannel: 230 });
    const requests: string[] = [];
    const DISCORD_API_URL = await between((path) => void requests.push(path));
    const logDir = await mkdtemp(join(tmpdir(), 'relay-spec-'));
    cleanUp.push(() => rm(logDir, { recursive: true, force: true }));
    // Rate limited, so that channels end one after another.
    const env = { NATS_URL: nats.url, DISCORD_API_URL, BACKFILL_REQUESTS_PER_S: '4', LOG_LEVEL: 'warn' };
    const service = new ServiceProcess({ app: 'ingestor', port: await freePort(), env, logDir });
    cleanUp.push(() => service.stop());
    service.start();
    const progress = async () => {
      const bucket = await new Kvm(connection).open(BACKFILL_BUCKET);
      for await (const key of await bucket.keys()) {
        const gap = (await bucket.get(key))!.json<GuildGap>();
        return Object.entries(gap.channels).map(([id, { state }]) => ({ id, state }));
      }
      return [];
    };
    await until(
      'a channel to be done',
      MANY,
      async () =>
        (await progress().catch(() => [])).some(({ state }) => state === 'done') ? true : undefined,
      SHORT_POLL_MS,
    );
    await service.kill();
    const done = (await progress()).filter(({ state }) => state === 'done').map(({ id }) => id);
    expect(done.length).toBeLessThan((await progress()).length);
    expect(await logged('gap.closed')).toEqual([]);
    requests.length = 0;
    startIngestor({ DISCORD_API_URL });
    await closedGap('first_start');
    for (const id of done) expect(requests.filter((path) => path.includes(`/${id}/messages`))).toEqual([]);
    await expectLogToEqualDiscord();
    await expectNothingTwice();
  }, 90_000);

  it('backfill slows down while Discord refuses everything, and reports it', async () => {
    await startDiscord({ historyPerChannel: 3 });
    let refused = 0;
    const DISCORD_API_URL = await between((path) => {
      if (path.includes('/gateway/')) return undefined;
      refused++;
      return 403;
    });
    const running = startIngestor({ DISCORD_API_URL });
    await until('backfill to be tried again', MANY, () => (refused >= 3 ? true : undefined));
    // One request per round, and back-off between the rounds: far below Discord's limit.
    expect(refused).toBeLessThan(10);
    const counted = () => running.metric('backfill_requests_total', { status: '403' });
    await until('every refusal to be counted', MANY, async () => (await counted()) === refused || undefined);
    expect(await running.metric('gaps_open')).toBe(1);
    expect(running.ingestor.discordCheck.ok).toBe(true);
  });

  /** Puts a server in front of the local Discord's API that reports each request, and refuses it with the returned status. */
  async function between(onRequest: (path: string) => number | undefined | void): Promise<string> {
    const server: Server = createServer((request, response) => {
      const path = request.url ?? '';
      const refusal = onRequest(path);
      if (typeof refusal === 'number') {
        response.writeHead(refusal, { 'content-type': 'application/json' });
        return void response.end(JSON.stringify({ code: 50001, message: 'Missing Access' }));
      }
      void forward(path, request.headers.authorization ?? '').then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUp.push(async () => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  }

  async function forward(path: string, authorization: string): Promise<{ status: number; body: string }> {
    const answer = await fetch(`${sim.url}${path}`, { headers: { authorization } });
    return { status: answer.status, body: await answer.text() };
  }
});
