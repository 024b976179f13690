import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_STREAM } from '@discord-relay/contracts';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { created, id } from '../testing/events.js';
import { eventually } from '../testing/eventually.js';
import { Harness, type RunningProjector } from '../testing/harness.js';

const OTHER = { guildId: id(101), channelId: id(300) };
/** Messages from 1 on, alternating between the partitions. */
const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => created(from + i, i % 2 ? OTHER : {}));

describe('a rebuild after the log has lost events', () => {
  let harness: Harness;
  let jsm: JetStreamManager;
  let running: RunningProjector;
  beforeEach(async () => {
    harness = await Harness.start();
    jsm = await jetstreamManager(harness.connection);
    await harness.createLog();
  });
  afterEach(() => harness.stop());

  const storage = () => join(harness.nats.dir, 'jetstream');
  const backup = () => join(harness.nats.dir, 'backup');
  const whileNatsIsDown = async (work: () => Promise<void>) => {
    await harness.nats.kill();
    await work();
    await harness.nats.restart();
    const flushed = () =>
      harness.connection.flush().then(
        () => true,
        () => false,
      );
    await eventually('reconnected', flushed);
  };
  const restoreBackup = () =>
    whileNatsIsDown(async () => {
      await rm(storage(), { recursive: true });
      await rename(backup(), storage());
    });
  const admin = () => running.projector.admin!;
  const detail = () => running.health.report().checks.projection!.detail ?? '';
  const stopped = () => eventually('stopped', () => detail().includes('stopped: '));
  const idsIn = async (version: number) => {
    const text = `SELECT id FROM projection_v${version}.messages ORDER BY id`;
    // The schema may not exist yet.
    const rows = await harness.rows<{ id: string }>(text).catch(() => []);
    return rows.map((row) => Number(row.id));
  };
  const state = async (version: number) =>
    (
      await harness.rows<{ active: boolean; ready: boolean }>(
        'SELECT active, ready_at IS NOT NULL AS ready FROM relay.projections WHERE version = $1',
        [version],
      )
    )[0];
  const built = (version: number) => eventually('built', async () => (await state(version))?.ready === true);
  const projected = async (version: number, ids: number[]) =>
    eventually(
      `projected in ${version}`,
      async () => JSON.stringify(await idsIn(version)) === JSON.stringify(ids),
      30_000,
    );
  const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, i) => from + i);

  /** Messages 1 to 20 are in the backup, those up to 50 are projected. */
  const projectBeyondBackup = async () => {
    running = harness.project({ followEndMs: 200 });
    await harness.append(...messages(1, 20));
    await projected(1, upTo(20));
    await whileNatsIsDown(() => cp(storage(), backup(), { recursive: true }));
    await harness.append(...messages(21, 50));
    await projected(1, upTo(50));
    const atEnd = () => harness.rows('SELECT FROM checkpoints WHERE seq = 50');
    await eventually('both partitions at the end', async () => (await atEnd()).length === 2);
  };
  /** Follows the remedy that the doctor prints; then everything new is projected, in both partitions. */
  const rebuildAndContinue = async (remaining: number[]) => {
    await stopped();
    const { version } = await admin().rebuild();
    await built(version);
    await projected(version, remaining);
    expect(await admin().compare(version)).toMatchObject({ equal: false, diverged: [0, 1] });
    expect(await admin().switchTo(version)).toMatchObject({ from: 1, to: version });
    await harness.append(...messages(201, 260));
    await projected(version, [...remaining, ...upTo(260, 201)]);
    await eventually('ready', () => running.health.ready());
    await expect(admin().rollback()).rejects.toMatchObject({ code: 'PROJECTION.LOG_DIVERGED' });
    expect(await state(version)).toMatchObject({ active: true });
  };

  it('a rebuild projects everything of a log restored from an older backup, also below the old checkpoint', async () => {
    await projectBeyondBackup();
    await restoreBackup();
    await rebuildAndContinue(upTo(20));
  }, 120_000);

  it('a rebuild projects everything of a restored log that has grown past the old checkpoint', async () => {
    await projectBeyondBackup();
    await restoreBackup();
    await harness.append(...messages(101, 140));
    await rebuildAndContinue([...upTo(20), ...upTo(140, 101)]);
  }, 120_000);

  it('a rebuild projects everything after the stream was deleted and created again', async () => {
    await projectBeyondBackup();
    await jsm.streams.delete(LOG_STREAM);
    await harness.createLog();
    await harness.append(...messages(101, 110));
    await rebuildAndContinue(upTo(110, 101));
  }, 120_000);

  it('a rebuild projects everything that is left after unprojected events were purged', async () => {
    await projectBeyondBackup();
    await running.stop();
    await harness.append(...messages(101, 110));
    await jsm.streams.purge(LOG_STREAM, { seq: 55 });
    running = harness.project();
    await rebuildAndContinue(upTo(110, 105));
  }, 120_000);

  it('a rebuild projects everything that is left after the event at the checkpoint was removed', async () => {
    await projectBeyondBackup();
    await running.stop();
    await harness.append(created(101), created(102, OTHER));
    await jsm.streams.deleteMessage(LOG_STREAM, 50);
    running = harness.project();
    await rebuildAndContinue([...upTo(49), 101, 102]);
  }, 120_000);

  it('a rebuild starts again when the running build belongs to the lost log too', async () => {
    await projectBeyondBackup();
    const { version: first } = await admin().rebuild();
    await built(first);
    await projected(first, upTo(50));
    await restoreBackup();
    await stopped();
    const { version, created: isNew } = await admin().rebuild();
    expect({ isNew, version }).toEqual({ isNew: true, version: first });
    await built(version);
    await projected(version, upTo(20));
    await admin().switchTo(version);
    await harness.append(...messages(201, 220));
    await projected(version, [...upTo(20), ...upTo(220, 201)]);
  }, 120_000);
});
