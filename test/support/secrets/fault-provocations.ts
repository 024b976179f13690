// Errors that services report of faults of the log, of Discord and of slow clients, among planted secrets.
import { mkdirSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { LOG_STREAM, PARTITIONS_METADATA_KEY } from '@discord-relay/contracts';
import { canMount, type ServiceProcess, SmallDisk, startNatsServer, until } from '@discord-relay/local-stack';
import { planted } from './planted.js';
import { provoke } from './provocations.js';
import { startAccounts, startRefused, type Closing, type Refused } from './refused-services.js';
import { JWT_SECRET, type SecretsWorld, withLogin } from './secrets-world.js';
import { SimClient } from '../discord/sim-client.js';

const FAR_FUTURE = new Date('2100-01-01T00:00:00Z');
/** Longer than any other time limit in {@link SecretsWorld.untilLogged}: a consumer counts as stalled after 20 s. */
const PATIENTLY_MS = 90_000;

/** A message is projected in less, unless the machine is busy. */
const CLAIM_EVERY_MS = 1_000;

/** Starts services with a NATS server, or a stream, that does not suit them. */
export async function provokeByUnsuitableLogs(world: SecretsWorld): Promise<void> {
  const closing: Closing = [];
  try {
    const natsUrlOf = await startAccounts(closing);
    const refused = (name: string, url: string, reason: RegExp): Refused => ({
      app: 'ingestor',
      name,
      env: { ...world.common, ...world.discord, NATS_URL: url },
      reason,
    });
    const old = withLogin(await startOldServer(closing), 'relay', planted('nats'));
    await startRefused(world, refused('old-server', old, /LOG\.SERVER_TOO_OLD/));
    await addUnsuitableStream(natsUrlOf('b'));
    await startRefused(world, refused('unsuitable', natsUrlOf('b'), /LOG\.STREAM_UNSUITABLE/));
  } finally {
    for (const close of closing) await close();
  }
}

/** Starts a server that only announces its version. @returns its URL */
async function startOldServer(closing: Closing): Promise<string> {
  const info = { server_id: 'x', version: '2.12.4', proto: 1, headers: true, max_payload: 1_048_576 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.write(`INFO ${JSON.stringify({ ...info, jetstream: true })}\r\n`);
    socket.setEncoding('latin1').on('data', (text: string) => {
      if (text.includes('PING')) socket.write('PONG\r\n');
    });
  });
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
  closing.unshift(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `nats://127.0.0.1:${port}`;
}

/** The log of an older version that JetStream does not allow to be changed: a mirror has no subjects of its own. */
async function addUnsuitableStream(url: string): Promise<void> {
  const { username, password } = new URL(url);
  const connection = await connect({ servers: new URL(url).host, user: username, pass: password });
  try {
    const { streams } = await jetstreamManager(connection);
    await streams.add({ name: 'origin', subjects: ['other.>'] });
    await streams.add({
      name: LOG_STREAM,
      mirror: { name: 'origin' },
      metadata: { [PARTITIONS_METADATA_KEY]: '8' },
    });
  } finally {
    await connection.close();
  }
}

/** Lets Discord answer backfill with unusable responses and refusals. */
export async function provokeByDiscord(world: SecretsWorld): Promise<void> {
  const closing: Closing = [];
  try {
    const natsUrlOf = await startAccounts(closing);
    const cases = [
      ['bad-answers', 'b', { status: 200, body: {} }, /DISCORD\.BAD_ANSWER/],
      ['refusals', 'c', { status: 403, text: '<html>' }, /DISCORD\.TOO_MANY_REFUSALS/],
    ] as const;
    for (const [name, user, answer, reason] of cases) {
      const simulator = await world.startSimulator(name);
      await simulator.ready();
      await new SimClient(simulator.url).answer({ path: '/guilds/*/channels', times: null, ...answer });
      const discord = {
        ...world.discord,
        DISCORD_API_URL: `${simulator.url}/api`,
        BACKFILL_MAX_REFUSALS: '1',
      };
      const env = { ...world.common, ...discord, NATS_URL: natsUrlOf(user) };
      await startRefused(world, { app: 'ingestor', name: `ingestor-${name}`, env, reason });
      await simulator.stop();
    }
  } finally {
    for (const close of closing) await close();
  }
}

/** An event that exceeds the server's limit, a broker that does not answer, and then a full disk. */
export async function provokeByBroker(world: SecretsWorld): Promise<void> {
  const login = `authorization { user: relay, password: "${planted('nats')}" }`;
  const nats = await startNatsServer({ config: `max_payload: 4096\n${login}\n` });
  const spool = join(world.dir, 'small-disk');
  mkdirSync(spool);
  const disk = canMount() ? await SmallDisk.mount(spool, 512) : undefined;
  try {
    const ingestor = await world.startService('ingestor', 'small', {
      ...world.common,
      ...world.discord,
      NATS_URL: withLogin(nats.url, 'relay', planted('nats')),
      SPOOL_DIR: spool,
      PUBLISH_ACK_WAIT_MS: '500',
    });
    await ingestor.ready();
    await world.sim.say(world.ids.channelId, `${planted('said')}${'語'.repeat(1_900)}`);
    await world.untilLogged(ingestor, /LOG\.EVENT_TOO_LARGE/);
    await nats.kill('SIGSTOP');
    await world.sim.say(world.ids.channelId, planted('said'));
    await world.untilLogged(ingestor, /LOG\.UNAVAILABLE/);
    if (disk) await fillSpool(world, ingestor);
    await ingestor.stop();
  } finally {
    await nats.stop();
    await disk?.unmount();
  }
}

async function fillSpool(world: SecretsWorld, ingestor: ServiceProcess): Promise<void> {
  const { channelId } = world.ids;
  await world.sim.startScenario({
    messagesPerSecond: 500,
    count: 4_000,
    seed: 1,
    channelIds: [channelId],
  });
  await world.untilLogged(ingestor, /LOG\.SPOOL_UNWRITABLE/, PATIENTLY_MS);
}

/** A file whose address Discord does not renew. */
export async function provokeByMedia(world: SecretsWorld): Promise<void> {
  const { channelId } = world.ids;
  const posted = await fetch(`${world.simulator.url}/_sim/channels/${channelId}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ attachments: [{ filename: 'a.txt', text: planted('file') }] }),
  });
  const message = (await posted.json()) as { id: string; attachments: { id: string }[] };
  const text = `<p>${planted('cdn')}</p>`;
  await world.sim.answer({
    method: 'POST',
    path: '/attachments/refresh-urls',
    status: 500,
    text,
    times: null,
  });
  await provoke(world, 'MEDIA.UNAVAILABLE', () =>
    world.get(`attachments/${message.id}/${message.attachments[0]!.id}`),
  );
  await world.sim.endFaults();
}

/** A client that opens a stream and does not read it. */
export async function provokeBySlowReader(world: SecretsWorld): Promise<void> {
  const slow = await world.startService('gateway-api', 'slow-reader', {
    ...world.common,
    JWT_SECRET,
    SOCKET_BUFFER_MAX_BYTES: '65536',
    // Also the time in which the client has to read the last event after the gateway has ended the stream.
    SOCKET_LAG_MAX_MS: '10000',
  });
  await slow.ready();
  const { guildId, channelId } = world.ids;
  const headers = { authorization: `Bearer ${world.admin}` };
  const client = request(`${slow.url}/api/stream?guild=${guildId}`, { headers });
  let received = '';
  const opened = new Promise<IncomingMessage>((resolve, reject) => {
    client.on('response', resolve).on('error', reject).end();
  });
  const response = (await opened).setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
  response.on('error', (error) => (received += String(error))).pause();
  await world.sim.startScenario({
    messagesPerSecond: 1_000,
    count: 20_000,
    seed: 2,
    channelIds: [channelId],
  });
  await until('the gateway to end the stream', PATIENTLY_MS, async () => {
    const metrics = await (await fetch(`${slow.url}/metrics`)).text();
    return /relay_gateway_streams_ended_total\{cause="slow"[^}]*\} 1/.test(metrics) || undefined;
  });
  response.resume();
  await until('the last event', PATIENTLY_MS, () => received.includes('SOCKET.TOO_SLOW') || undefined);
  world.outputs.push(['slow stream', received]);
  client.destroy();
}

/** A projection that does not exist, and a partition that another process has claimed. */
export async function provokeByProjections(world: SecretsWorld): Promise<void> {
  await world.relay(['projections', 'switch', '--version', '99']);
  // Repeated, because a projector that renews its lease in between claims the partition anew, without a conflict.
  await until('a conflict of claims', PATIENTLY_MS, async () => {
    await world.sql('UPDATE projection_v1.checkpoints SET epoch = epoch + 1');
    await world.sim.say(world.ids.channelId, planted('said'));
    await sleep(CLAIM_EVERY_MS);
    return world.logOf(world.projector).includes('PROJECTION.CHECKPOINT_CONFLICT') || undefined;
  });
}

/** A consumer that the server has paused. */
export async function provokeByStalledConsumer(world: SecretsWorld): Promise<void> {
  await world.withLog(async (connection) => {
    const { consumers } = await jetstreamManager(connection);
    for await (const { name } of consumers.list(LOG_STREAM))
      await consumers.pause(LOG_STREAM, name, FAR_FUTURE);
    await world.sim.say(world.ids.channelId, planted('said'));
    await world.untilLogged(world.projector, /LOG\.CONSUMER_STALLED/, PATIENTLY_MS);
  });
}

/** An event of a future version. */
export async function provokeByNewerEvent(world: SecretsWorld): Promise<void> {
  await world.withLog(async (connection) => {
    const subject = `discord.0.${world.ids.guildId}.-.message.created`;
    const event = {
      specversion: '1.0',
      id: planted('event'),
      type: 'message.created',
      typeversion: 99,
      guildid: world.ids.guildId,
      data: {},
    };
    await jetstream(connection).publish(subject, JSON.stringify(event));
    await world.untilLogged(world.projector, /PROJECTION\.EVENT_UNREADABLE/);
  });
}

/** A log that begins again: the last provocation, because nothing is projected afterwards. */
export async function provokeByLostLog(world: SecretsWorld): Promise<void> {
  await world.withLog(async (connection) => {
    const { streams } = await jetstreamManager(connection);
    const { config } = await streams.info(LOG_STREAM);
    await streams.delete(LOG_STREAM);
    await streams.add(config);
    await world.sim.say(world.ids.channelId, planted('said'));
    await world.untilLogged(world.ingestor, /LOG\.LOST/, PATIENTLY_MS);
    await world.projector.stop();
    world.projector.start();
    await world.untilLogged(world.projector, /PROJECTION\.LOG_DIVERGED/, PATIENTLY_MS);
  });
}
