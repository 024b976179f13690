import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { type Simulator, startSimulator } from '@discord-relay/discord-simulator';
import {
  canMount,
  SmallDisk,
  freePort,
  SERVICE_NODE_FLAGS,
  ServiceProcess,
  startNatsServer,
  type TestNats,
  until,
} from '@discord-relay/local-stack';
import { readLog } from '../../apps/ingestor/src/testing/log-reader.js';

const MAX_RESIDENT_MB = 300;

describe('an ingestor whose broker is unavailable', () => {
  let dir: string;
  let nats: TestNats;
  let discord: Simulator;
  let ingestor: ServiceProcess;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-away-'));
    nats = await startNatsServer();
    discord = await startSimulator({ guilds: 1, historyPerChannel: 0, invalidSessionDelayMs: 0 });
    ingestor = new ServiceProcess({
      app: 'ingestor',
      port: await freePort(),
      env: {
        NATS_URL: nats.url,
        DISCORD_API_URL: `${discord.url}/api`,
        SPOOL_DIR: join(dir, 'spool'),
        PUBLISH_ACK_WAIT_MS: '500',
        INSTANCE_ID: 'spec',
        BACKFILL_LIMIT: '0',
      },
      logDir: dir,
      // As the image starts it: the bound on memory depends on it.
      nodeFlags: SERVICE_NODE_FLAGS,
    });
    ingestor.start();
    await ingestor.ready();
  });
  afterEach(async () => {
    await ingestor.stop();
    await discord.close();
    await nats.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const say = (count: number, messagesPerSecond: number) =>
    fetch(`${discord.url}/_sim/scenario`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ messagesPerSecond, count }),
    }).then((response) => expect(response.ok).toBe(true));
  const metric = async (name: string, label = '') => {
    const text = await (await fetch(`${ingestor.url}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name}{`) && each.includes(label));
    return Number(line?.split(' ').at(-1));
  };
  const spoolFiles = async () =>
    (await readdir(join(dir, 'spool'))).filter((name) => name.endsWith('.spool'));
  /** With one connection, so that each look at the log reads only what is new: on a starved machine, all of it takes too long. */
  async function expectAllOnceInOrder(count: number): Promise<void> {
    const connection = await connect({ servers: nats.url });
    try {
      const ids = await until(`${count} messages in the log`, 20_000, async () => {
        const all = (await readLog(connection)).map(({ messageId }) => messageId);
        const created = all.filter((id) => id.startsWith('message.created:'));
        return created.length >= count ? created : undefined;
      });
      expect(ids).toHaveLength(count);
      // Snowflakes of one simulator increase, and sort as text while they have the same length.
      expect(ids).toEqual([...new Set(ids)].sort());
    } finally {
      await connection.close();
    }
  }

  it('an ingestor without its broker spools, reports it, stays small, and has everything in the log afterwards', async () => {
    await say(500, 2_000);
    await expectAllOnceInOrder(500);
    await nats.kill('SIGKILL');
    await say(15_000, 3_000);
    await until('the spool to fill', 20_000, async () =>
      (await metric('relay_ingestor_spool_events')) >= 14_000 ? true : undefined,
    );
    expect(await metric('relay_ingestor_spool_state', 'state="filling"')).toBe(1);
    expect(await metric('relay_ingestor_spool_fsync_seconds_count')).toBeGreaterThan(0);
    expect((await fetch(`${ingestor.url}/api/ready`)).status).toBe(503);
    await nats.restart();
    await expectAllOnceInOrder(15_500);
    expect(residentMb(ingestor.pid)).toBeLessThan(MAX_RESIDENT_MB);
    await ingestor.ready();
  });

  it('an ingestor whose broker is unavailable loses and duplicates nothing when it is killed with a non-empty spool', async () => {
    await nats.kill('SIGKILL');
    await say(2_000, 2_000);
    await until('all on disk', 20_000, async () =>
      (await metric('relay_ingestor_dispatches_total', 'MESSAGE_CREATE')) >= 2_000 ? true : undefined,
    );
    await until('the spool', 5_000, async () =>
      (await metric('relay_ingestor_spool_events')) > 0 ? true : undefined,
    );
    await ingestor.kill();
    expect(await spoolFiles()).not.toEqual([]);
    ingestor.start();
    await nats.restart();
    await say(500, 2_000);
    await expectAllOnceInOrder(2_500);
    await until('the spool to be empty', 30_000, async () =>
      (await spoolFiles()).length === 0 ? true : undefined,
    );
  }, 120_000);

  (canMount() ? describe : describe.skip)('and whose disk is full', () => {
    const COUNT = 3_000;
    let disk: SmallDisk;

    beforeEach(async () => {
      await ingestor.stop();
      disk = await SmallDisk.mount(join(dir, 'spool'), 512);
      ingestor.start();
      await ingestor.ready();
      await nats.kill('SIGKILL');
      await say(COUNT, 3_000);
      await until('the disk to be full', 20_000, async () => (await isBroken()) || undefined);
    });
    afterEach(async () => {
      await ingestor.stop();
      await disk.unmount();
    });
    const isBroken = async () => (await metric('relay_ingestor_spool_state', 'state="broken"')) === 1;
    const isReady = async () => (await fetch(`${ingestor.url}/api/ready`)).ok;

    it('an ingestor reports a full spool, and has everything in the log once there is a broker and free space', async () => {
      expect(await isReady()).toBe(false);
      expect(readFileSync(ingestor.logFile, 'utf8')).toMatch(/"LOG\.SPOOL_UNWRITABLE".*ENOSPC/);
      // On a slow disk the limit is noticed only when everything has arrived, and reported with the next event.
      const more = 10;
      await say(more, 1_000);
      await until('Discord to be kept waiting', 20_000, async () =>
        (await metric('relay_ingestor_shard_state', 'state="CONNECTED"')) === 0 ? true : undefined,
      );
      await disk.resize(65_536);
      await until('free space on the disk', 20_000, async () => !(await isBroken()) || undefined);
      expect(await isReady()).toBe(false);
      await nats.restart();
      await expectAllOnceInOrder(COUNT + more);
      await ingestor.ready();
    }, 60_000);

    it('an ingestor acknowledges nothing that it could not store: when it is killed, Discord sends it again', async () => {
      await ingestor.kill();
      await nats.restart();
      ingestor.start();
      await expectAllOnceInOrder(COUNT);
    }, 60_000);
  });
});

const residentMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
