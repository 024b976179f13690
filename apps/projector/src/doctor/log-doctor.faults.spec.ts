import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_STREAM, partitionOf } from '@discord-relay/contracts';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { idleLogEnd } from '../log/log-state.js';
import { ProjectorControl } from '../control/projector-control.js';
import { created, id } from '../testing/events.js';
import { eventually } from '../testing/eventually.js';
import { Harness, type RunningProjector } from '../testing/harness.js';
import { silent } from '../testing/logger.js';

const QUIET_GUILD = { guildId: id(101), channelId: id(300) };

describe('the log doctor with a real log', () => {
  let harness: Harness;
  let jsm: JetStreamManager;
  beforeEach(async () => {
    harness = await Harness.start();
    jsm = await jetstreamManager(harness.connection);
    await harness.createLog();
  });
  afterEach(() => harness.stop());

  const check = ({ health }: RunningProjector) => health.report().checks.projection!;
  /** Waits until everything is projected, and then stops the projector. */
  const projectAndStop = async (...messages: number[]) => {
    const projector = harness.project();
    const seqs = await harness.append(...messages.map((message) => created(message)));
    await harness.projected(seqs.at(-1)!);
    await projector.stop();
  };
  const stops = async (why: RegExp) => {
    const projector = harness.project();
    await eventually('stopped', () => why.test(check(projector).detail ?? ''));
    expect(check(projector).ok).toBe(false);
    await projector.stop();
  };
  const whileNatsIsDown = async (work: () => Promise<void>) => {
    await harness.nats.kill();
    await work();
    await harness.nats.restart();
    await eventually('reconnected', () =>
      harness.connection.flush().then(
        () => true,
        () => false,
      ),
    );
  };
  const messageCount = async () => (await harness.rows('SELECT FROM messages')).length;

  it('the log doctor stops the projection when the stream was created again', async () => {
    await projectAndStop(1, 2);
    await jsm.streams.delete(LOG_STREAM);
    await harness.createLog();
    await harness.append(created(3), created(4), created(5));
    await stops(/stopped: .*is of the stream created.*restore the stream/);
    expect(await messageCount()).toBe(2);
  });

  it('the log doctor stops the projection when the stream lost events that were not projected', async () => {
    await projectAndStop(1, 2);
    await harness.append(created(3), created(4), created(5));
    await jsm.streams.purge(LOG_STREAM, { seq: 5 });
    await stops(/stopped: .*the stream begins at 5: the events in between are gone/);
    expect(await messageCount()).toBe(2);
  });

  it('the log doctor stops the projection when the stream ends before the checkpoint, as after a restore', async () => {
    await projectAndStop(1, 2);
    await harness.rows('UPDATE checkpoints SET seq = seq + 5 WHERE seq > 0');
    await stops(/stopped: .*the checkpoint is at 7, the stream ends at 2.*newer backup/);
  });

  it('the log doctor stops the projection when a restored older stream has grown past the checkpoint', async () => {
    await projectAndStop(1, 2);
    const backup = join(harness.nats.dir, 'backup');
    const storage = join(harness.nats.dir, 'jetstream');
    await whileNatsIsDown(() => cp(storage, backup, { recursive: true }));
    await projectAndStop(3, 4);
    await whileNatsIsDown(async () => {
      await rm(storage, { recursive: true });
      await rename(backup, storage);
    });
    await harness.append(...[5, 6, 7, 8].map((message) => created(message)));
    await stops(/stopped: .*the checkpoint is at 4: .*restored and has grown since.*newer backup/);
    expect(await messageCount()).toBe(4);
  });

  it('the log doctor stops the projection when a quiet partition’s checkpoint had followed the end of the log', async () => {
    const projector = harness.project({ followEndMs: 50 });
    await harness.append(created(1, QUIET_GUILD), created(2));
    const atEnd = () => harness.rows('SELECT FROM checkpoints WHERE seq = 2').catch(() => []);
    await eventually('both at the end', async () => (await atEnd()).length === 2);
    await projector.stop();
    await harness.rows(`UPDATE checkpoints SET seq_stored_at = seq_stored_at - interval '1 ms'`);
    await stops(/0 stopped: .*grown since.*; 1 stopped: .*grown since/);
  });

  it('the log doctor stops the projection when the stream lacks the message at the checkpoint, and reports it', async () => {
    await projectAndStop(1, 2);
    await harness.append(created(3));
    await jsm.streams.deleteMessage(LOG_STREAM, 2);
    await stops(/stopped: .*the checkpoint is at 2 of 1 to 3: the last projected event is missing/);
    expect(await messageCount()).toBe(2);
    const options = { databaseUrl: harness.database.url, owner: 'operator', leaseMs: 1_000 };
    const nats = { connection: Promise.resolve(harness.connection) };
    const control = new ProjectorControl(options, nats, silent);
    const { partitions, stream } = await control.examine();
    await control.close();
    const { finding, waysOut } = partitions.find(({ seq }) => seq === 2)!;
    expect(finding).toBe('missing');
    expect(waysOut).toContainEqual(expect.stringMatching(/restore the stream from a backup/));
    expect(stream).toMatchObject([{ name: 'events_removed' }]);
  });

  it('the log doctor does not move the checkpoint to the end of the log when there is no message', async () => {
    const end = async () => {
      const { created: at } = await jsm.streams.info(LOG_STREAM);
      return idleLogEnd(jsm, partitionOf(QUIET_GUILD.guildId, harness.partitions), 1, String(at));
    };
    await harness.append(created(1, QUIET_GUILD), created(2), created(3));
    expect(await end()).toMatchObject({ lastSeq: 3 });
    await jsm.streams.deleteMessage(LOG_STREAM, 3);
    expect(await end()).toBeNull();
  });

  it('the log doctor continues when the stream has lost only projected events', async () => {
    await projectAndStop(1, 2);
    await jsm.streams.purge(LOG_STREAM, { seq: 3 });
    const [seq] = await harness.append(created(3));
    const projector = harness.project();
    await harness.projected(seq!);
    await eventually('ready', () => projector.health.ready());
  });

  it('the log doctor accepts a quiet partition when the stream’s limits deleted messages before its checkpoint', async () => {
    const projector = harness.project({ followEndMs: 50 });
    await harness.append(created(1, QUIET_GUILD));
    await harness.append(...Array.from({ length: 20 }, (_, i) => created(i + 10)));
    const atEnd = () => harness.rows('SELECT FROM checkpoints WHERE seq = 21').catch(() => []);
    await eventually('both at the end', async () => (await atEnd()).length === 2);
    await projector.stop();
    await jsm.streams.purge(LOG_STREAM, { seq: 21 });
    await harness.append(created(50, QUIET_GUILD));
    const next = harness.project();
    await harness.projected(22);
    await eventually('ready', () => next.health.ready());
    expect(await messageCount()).toBe(22);
  });
});
