// NATS comes back without its files, with older ones, or without the log: the ingestor continues by itself.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import { LOG_STREAM } from '@discord-relay/contracts';
import { startSimulator, type Simulator } from '@discord-relay/discord-simulator';
import { freePort, ServiceProcess, startNatsServer, until, type TestNats } from '@discord-relay/local-stack';
import { createLogger, HealthRegistry, NatsLink } from '@discord-relay/platform';
import { loadIngestorConfig } from '../../apps/ingestor/src/config.js';
import { Ingestor } from '../../apps/ingestor/src/run/ingestor.js';
import { IngestorMetrics } from '../../apps/ingestor/src/metrics/ingestor-metrics.js';
import { readLog } from '../../apps/ingestor/src/testing/log-reader.js';
import { untilOlder } from '../support/processes/older-process.js';

const LONG_MS = 40_000;

describe('an ingestor whose NATS has lost data', () => {
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
    sim = await startSimulator({ guilds: 2, historyPerChannel: 0 });
    cleanUp.push(() => sim.close());
  });
  afterEach(async () => {
    for (const each of cleanUp.reverse()) await each();
  });

  const env = () => ({
    NATS_URL: nats.url,
    DISCORD_API_URL: `${sim.url}/api`,
    PUBLISH_ACK_WAIT_MS: '1000',
    LEASE_TTL_MS: '1500',
    LEASE_RENEW_MS: '300',
  });

  function startIngestor(): Ingestor {
    const config = loadIngestorConfig(env());
    const logger = createLogger('ingestor', 'spec', process.env.SPEC_LOG_LEVEL ?? 'silent');
    const link = new NatsLink(config, 'spec', new HealthRegistry('ingestor', 'spec', '0'), logger);
    const metrics = new IngestorMetrics(new Registry());
    const ingestor = new Ingestor(link, config, metrics, logger, (error) => {
      throw error;
    });
    const started = ingestor.start();
    cleanUp.push(async () => {
      await ingestor.stop();
      await started;
      await link.drain();
    });
    return ingestor;
  }

  const ready = (ingestor: Ingestor) =>
    until(
      'the ingestor to be ready',
      LONG_MS,
      () => (ingestor.discordCheck.ok && ingestor.logCheck.ok) || undefined,
    );
  const lossReportedBy = (ingestor: Ingestor, what: RegExp) =>
    until('the report of the loss', LONG_MS, () => {
      const { storeLost } = ingestor.status as { storeLost?: { reason: string } };
      return storeLost && what.test(storeLost.reason) ? true : undefined;
    });
  const speak = (count: number, word: string) => {
    const channel = [...sim.world.channels.values()].find((each) => sim.world.takesMessages(each))!;
    const author = [...sim.world.users.values()].find((user) => !user.bot)!;
    for (let i = 0; i < count; i++)
      sim.world.createMessage(channel.id, { authorId: author.id, content: `${word} ${i}` });
  };
  const saidIds = () =>
    sim.ledger
      .page(0, 1_000_000)
      .filter(({ kind }) => kind === 'message.created')
      .map(({ messageId }) => `message.created:${messageId}`);
  const loggedIds = async () =>
    (await readLog(connection))
      .map(({ messageId }) => messageId)
      .filter((id) => id.startsWith('message.created'));
  const everythingLogged = () =>
    until('the log to have everything that was said', LONG_MS, async () => {
      const logged = new Set(await loggedIds());
      return saidIds().every((id) => logged.has(id)) || undefined;
    });
  const typesLogged = async () => (await readLog(connection)).map(({ event }) => event.type);
  const withoutDoubles = async () => {
    const logged = await loggedIds();
    expect(new Set(logged).size).toBe(logged.length);
  };
  const files = () => join(nats.dir, 'jetstream');

  it('an ingestor creates the log anew and imports what Discord has if the files of NATS are gone', async () => {
    const ingestor = startIngestor();
    await ready(ingestor);
    speak(20, 'before');
    await everythingLogged();
    await nats.kill('SIGKILL');
    await rm(files(), { recursive: true });
    speak(20, 'meanwhile');
    await nats.restart();
    await lossReportedBy(ingestor, /is gone|another stream/);
    await ready(ingestor);
    speak(20, 'after');
    await everythingLogged();
    await withoutDoubles();
    expect(await typesLogged()).toEqual(expect.arrayContaining(['guild.synced', 'gap.opened']));
  });

  it('an ingestor continues where an older copy of the files of NATS ends, without losses or duplicates', async () => {
    const ingestor = startIngestor();
    await ready(ingestor);
    speak(20, 'kept');
    await everythingLogged();
    const copy = await mkdtemp(join(tmpdir(), 'relay-copy-'));
    cleanUp.push(() => rm(copy, { recursive: true, force: true }));
    await nats.kill('SIGSTOP');
    await cp(files(), copy, { recursive: true });
    await nats.kill('SIGCONT');
    speak(50, 'to be lost');
    await everythingLogged();
    await ready(ingestor);
    await nats.kill('SIGKILL');
    await rm(files(), { recursive: true });
    await cp(copy, files(), { recursive: true });
    await nats.restart();
    await lossReportedBy(ingestor, /rolled back/);
    await ready(ingestor);
    speak(20, 'after');
    await everythingLogged();
    await withoutDoubles();
  });

  it('an ingestor fills the gap if only the log is gone, although the sessions are complete', async () => {
    const ingestor = startIngestor();
    await ready(ingestor);
    speak(20, 'before');
    await everythingLogged();
    await (await jetstreamManager(connection)).streams.delete(LOG_STREAM);
    await lossReportedBy(ingestor, /DISCORD/);
    await ready(ingestor);
    speak(20, 'after');
    await everythingLogged();
    await withoutDoubles();
  });

  it('an ingestor fills the gap if the log lost its end while no ingestor ran, and the sessions did not', async () => {
    const first = startIngestor();
    await ready(first);
    speak(20, 'kept');
    await everythingLogged();
    const { streams } = await jetstreamManager(connection);
    const { state } = await streams.info(LOG_STREAM);
    const copy = await mkdtemp(join(tmpdir(), 'relay-copy-'));
    cleanUp.push(() => rm(copy, { recursive: true, force: true }));
    const log = join('jetstream', '$G', 'streams', LOG_STREAM);
    await nats.kill('SIGSTOP');
    await cp(join(files(), log), copy, { recursive: true });
    await nats.kill('SIGCONT');
    speak(30, 'to be lost');
    await everythingLogged();
    await ready(first);
    await first.stop();
    await nats.kill('SIGKILL');
    await rm(join(files(), log), { recursive: true });
    await cp(copy, join(files(), log), { recursive: true });
    await nats.restart();
    const after = await until('NATS to be back', LONG_MS, () => streams.info(LOG_STREAM));
    expect(after.state.last_seq).toBe(state.last_seq);
    const second = startIngestor();
    await ready(second);
    await everythingLogged();
    await withoutDoubles();
  });

  it('the first of two ingestors with one name gets the shards, and the second says why it waits', async () => {
    const start = async () => {
      const logDir = await mkdtemp(join(tmpdir(), 'relay-spec-'));
      const more = { INSTANCE_ID: 'same', LOG_LEVEL: 'warn', BACKFILL_LIMIT: '0' };
      const service = new ServiceProcess({
        app: 'ingestor',
        port: await freePort(),
        env: { ...env(), ...more },
        logDir,
      });
      service.start();
      cleanUp.push(async () => {
        await service.stop();
        await rm(logDir, { recursive: true, force: true });
      });
      return service;
    };
    const statusOf = async (service: ServiceProcess) =>
      (await (await fetch(`${service.url}/api/status`)).json()) as {
        checks: Record<string, { ok: boolean; detail?: string }>;
        detail: { shards: { sessionId: string | null }[] };
      };
    const first = await start();
    await first.ready();
    await untilOlder(first);
    const { detail } = await statusOf(first);
    const second = await start();
    await until('the report of the second loss', LONG_MS, async () =>
      (await statusOf(second)).checks.instance?.ok === false ? true : undefined,
    );
    speak(20, 'to the first');
    await everythingLogged();
    expect((await statusOf(second)).detail.shards).toEqual([]);
    expect((await statusOf(first)).detail.shards[0]).toMatchObject({
      sessionId: detail.shards[0]!.sessionId,
    });
    await first.kill();
    await second.ready(LONG_MS);
    speak(20, 'to the second');
    await everythingLogged();
    await withoutDoubles();
  });
});
