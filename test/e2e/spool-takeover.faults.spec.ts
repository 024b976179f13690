// Events in the spool of a replica whose shard another replica has taken, and of a process that is killed.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kvm } from '@nats-io/kv';
import { SESSIONS_BUCKET } from '@discord-relay/contracts';
import { freePort, ServiceProcess, until } from '@discord-relay/local-stack';
import { readLog } from '../../apps/ingestor/src/testing/log-reader.js';
import { startTcpProxy, type TcpProxy } from '../../apps/ingestor/src/testing/tcp-proxy.js';
import { BackfillWorld, type RunningIngestor } from '../support/backfill-world.js';

const WAIT_MS = 40_000;
/** Short: what Discord sends again after it is stored again if two replicas publish it. */
const DEDUP_WINDOW_MS = 1_000;
const SETTINGS = {
  BACKFILL_LIMIT: '0',
  DEDUP_WINDOW_MS: String(DEDUP_WINDOW_MS),
  LEASE_TTL_MS: '4000',
  LEASE_RENEW_MS: '300',
  PUBLISH_ACK_WAIT_MS: '300',
};

describe('events in the spool', () => {
  let world: BackfillWorld;
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-spool-'));
    world = await BackfillWorld.start();
  });
  afterEach(async () => {
    await world.close();
    await rm(dir, { recursive: true, force: true });
  });

  const channelId = () => world.channels[0]!.id;
  const rename = (name: string) => world.sim.world.updateChannel(channelId(), { name });
  /** Names that the channel was given, in the log's order. */
  const loggedNames = async () => (await world.logged('channel.updated')).map(({ data }) => data.name);
  const untilLogged = (name: string) =>
    until(`${name} in the log`, WAIT_MS, async () => (await loggedNames()).includes(name) || undefined);
  const isHolder = ({ ingestor }: RunningIngestor) => (ingestor.status.shards as object[]).length > 0;
  const untilSpooled = (by: RunningIngestor, events = 1) =>
    until(
      'events in the spool',
      WAIT_MS,
      async () => (await by.metric('spool_events')) >= events || undefined,
    );
  const untilEmpty = (by: RunningIngestor) =>
    until('the spool to be empty', WAIT_MS, async () => (await by.metric('spool_events')) === 0 || undefined);
  const windowPasses = () => {
    const sinceMs = performance.now();
    return until('the deduplication window to be over', WAIT_MS, () =>
      performance.now() - sinceMs > 2 * DEDUP_WINDOW_MS ? true : undefined,
    );
  };

  describe('of a replica that is cut off from NATS', () => {
    let proxy: TcpProxy;
    let cutOff: RunningIngestor;
    let successor: RunningIngestor;

    beforeEach(async () => {
      proxy = await startTcpProxy(world.nats.port);
      const own = { NATS_URL: `nats://127.0.0.1:${proxy.port}`, SPOOL_DIR: dir, INSTANCE_ID: 'a' };
      cutOff = world.startIngestor({ ...SETTINGS, ...own });
      await world.connected(cutOff);
      successor = world.startIngestor({ ...SETTINGS, INSTANCE_ID: 'b' });
      await world.connected(successor);
      proxy.freeze();
    });
    afterEach(async () => {
      await cutOff.stop();
      await successor.stop();
      await proxy.close();
    });

    /** The shard moves, and the connection comes back after the log has forgotten the ids of what was spooled. */
    async function takeOver(): Promise<void> {
      await until('the takeover', WAIT_MS, () => isHolder(successor) || undefined);
      await world.connected(successor);
      rename('new');
      await untilLogged('new');
      await windowPasses();
      proxy.thaw();
      await until('the loss to be noticed', WAIT_MS, () => !isHolder(cutOff) || undefined);
      await untilEmpty(cutOff);
      rename('newest');
      await untilLogged('newest');
    }

    it('are dropped when the successor has resumed the session: Discord has sent them to it', async () => {
      rename('old');
      await untilSpooled(cutOff);
      rename('less old');
      await untilSpooled(cutOff, 2);
      await takeOver();
      expect(await loggedNames()).toEqual(['old', 'less old', 'new', 'newest']);
      expect(await cutOff.metric('publish_abandoned_total')).toBeGreaterThan(0);
    }, 120_000);

    it('are dropped when the successor has begun another session: its gap names them', async () => {
      rename('old');
      await untilSpooled(cutOff);
      world.sim.faults.expireSessions();
      await takeOver();
      expect(await loggedNames()).toEqual(['new', 'newest']);
      const [gap] = (await world.logged('gap.opened')).filter(({ data }) => data.cause === 'session_lost');
      expect(gap).toBeDefined();
    }, 120_000);

    it('are published when nobody has taken the shard, however long the connection was away', async () => {
      await successor.stop();
      rename('old');
      await untilSpooled(cutOff);
      await windowPasses();
      proxy.thaw();
      await untilEmpty(cutOff);
      rename('new');
      await untilLogged('new');
      expect(await loggedNames()).toEqual(['old', 'new']);
    }, 120_000);
  });

  describe('of a process that is killed', () => {
    let ingestor: ServiceProcess;

    beforeEach(async () => {
      const env = { NATS_URL: world.nats.url, DISCORD_API_URL: `${world.sim.url}/api`, SPOOL_DIR: dir };
      const more = { ...SETTINGS, DEDUP_WINDOW_MS: '60000', INSTANCE_ID: 'killed' };
      const options = { app: 'ingestor', port: await freePort(), env: { ...env, ...more }, logDir: dir };
      ingestor = new ServiceProcess(options);
      ingestor.start();
      await ingestor.ready();
    });
    afterEach(() => ingestor.stop());

    const metric = async (name: string) => {
      const text = await (await fetch(`${ingestor.url}/metrics`)).text();
      return Number(new RegExp(`^relay_ingestor_${name}{[^}]*} (\\d+)$`, 'm').exec(text)?.[1]);
    };
    const bytesOnDisk = async () => {
      const files = (await readdir(dir)).filter((name) => name.endsWith('.spool'));
      const sizes = await Promise.all(files.map(async (name) => (await stat(join(dir, name))).size));
      return sizes.reduce((sum, size) => sum + size, 0);
    };
    /** Also safe on disk: what only memory holds is lost with the process. */
    const spooled = (events: number) =>
      until(`${events} events on disk`, WAIT_MS, async () => {
        const written = (await metric('spool_bytes')) === (await bytesOnDisk());
        return (written && (await metric('spool_events')) === events) || undefined;
      });

    it('are published by the next one once and in order, also if that is killed, and Discord has forgotten them', async () => {
      const sessions = await new Kvm(world.connection).open(SESSIONS_BUCKET);
      const writer = async () => (await sessions.get('shard.0'))?.json<{ owner: string }>().owner;
      const first = await writer();
      await world.nats.kill('SIGKILL');
      const said = Array.from({ length: 500 }, (_, i) => world.speak(channelId(), `message ${i}`));
      for (const id of said) world.sim.world.deleteMessage(channelId(), id);
      await spooled(2 * said.length);
      await ingestor.kill();
      world.sim.faults.expireSessions();
      await world.nats.restart();
      ingestor.start();
      await until('the next process to own the shard', WAIT_MS, async () =>
        (await writer()) === first ? undefined : true,
      );
      await ingestor.kill();
      ingestor.start();
      const expected = ['created', 'deleted'].flatMap((what) => said.map((id) => `message.${what}:${id}`));
      const logged = async () =>
        (await readLog(world.connection))
          .map(({ messageId }) => messageId)
          .filter((id) => id.startsWith('message.'));
      await until('everything in the log', WAIT_MS, async () =>
        (await logged()).length >= expected.length ? true : undefined,
      );
      await ingestor.ready();
      expect(await logged()).toEqual(expected);
    }, 180_000);

    it('are dropped by the next one if another replica has recorded the shard since', async () => {
      await world.nats.kill('SIGKILL');
      rename('old');
      await spooled(1);
      await ingestor.kill();
      world.sim.faults.expireSessions();
      await world.nats.restart();
      const successor = world.startIngestor({ ...SETTINGS, DEDUP_WINDOW_MS: '60000', INSTANCE_ID: 'b' });
      await until('the takeover', WAIT_MS, () => isHolder(successor) || undefined);
      await world.connected(successor);
      rename('new');
      await untilLogged('new');
      ingestor.start();
      await spooled(0);
      await successor.stop();
      rename('newest');
      await untilLogged('newest');
      expect(await loggedNames()).toEqual(['new', 'newest']);
    }, 180_000);
  });
});
