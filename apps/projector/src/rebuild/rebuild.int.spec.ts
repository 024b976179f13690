import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Change, PROJECTIONS_CHANGED_SUBJECT } from '@discord-relay/contracts';
import { SHAPE } from '@discord-relay/read-model';
import { pino } from 'pino';
import type { ProjectionAdmin } from './projection-admin.js';
import { channel, created, deleted, edited, event, guild, GUILD, id } from '../testing/events.js';
import { eventually } from '../testing/eventually.js';
import { Harness, type RunningProjector } from '../testing/harness.js';

const OTHER_GUILD = id(101);
const inOther = { guildId: OTHER_GUILD, channelId: id(300) };

/** Long enough for a projector that gets no CPU time for seconds beside other test files. */
const LEASE_MS = 10_000;

describe('rebuild', () => {
  let harness: Harness;
  let running: RunningProjector;
  let admin: ProjectionAdmin;

  beforeEach(async () => {
    harness = await Harness.start();
    await harness.createLog();
    await harness.append(
      event('guild.synced', guild(GUILD, [id(200)])),
      event('channel.synced', channel(200)),
      ...Array.from({ length: 40 }, (_, i) => created(i + 1, i % 2 ? inOther : {})),
      edited(1, 'edited', '2025-01-02T00:00:00.000Z'),
      deleted(3),
    );
    // As in production: a lease outlasts a pause of a busy machine, which would hand the partitions over during a switch.
    running = harness.project({ leaseMs: LEASE_MS });
    await eventually('ready', () => running.health.ready());
    admin = running.projector.admin!;
  });
  afterEach(() => harness.stop());

  const states = async () =>
    (
      await harness.rows<{ version: number; active: boolean; ready: boolean }>(
        'SELECT version, active, ready_at IS NOT NULL AS ready FROM relay.projections ORDER BY 1',
      )
    ).map(({ version, active, ready }) => `${version} ${active ? 'active' : ready ? 'ready' : 'building'}`);
  const ready = (version: number) =>
    eventually('built', async () => (await states()).includes(`${version} ready`));
  const ids = async (version: number) =>
    (await harness.rows(`SELECT id FROM projection_v${version}.messages ORDER BY id`)).map(({ id }) => id);
  const same = () => eventually('the same rows', async () => isDeepStrictEqual(await ids(2), await ids(1)));
  const listen = async (): Promise<Change[]> => {
    const received: Change[] = [];
    harness.connection.subscribe('changes.*.*', {
      callback: (_, message) => {
        const said = message.json<Change>();
        if ('kind' in said) received.push(said);
      },
    });
    await harness.connection.flush();
    return received;
  };

  /**
   * Appends events until it is stopped, with a pause after each: without one, the writer would take the time of what is tested,
   * most of it on a slow machine.
   */
  function startWriting(): { stop(): Promise<number> } {
    let isWriting = true;
    const writer = (async () => {
      let last = 0;
      for (let i = 1_000; isWriting; i++) {
        [last] = (await harness.append(created(i, i % 2 ? inOther : {}))) as [number];
        await sleep(5);
      }
      return last;
    })();
    return {
      stop: () => {
        isWriting = false;
        return writer;
      },
    };
  }

  it('a rebuild builds the same rows beside the active ones, without announcements', async () => {
    const received = await listen();
    expect(await admin.rebuild()).toEqual({ version: 2, created: true });
    expect(await admin.rebuild()).toEqual({ version: 2, created: false });
    await ready(2);
    expect(await ids(2)).toEqual(await ids(1));
    expect(await harness.rows('SELECT FROM projection_v2.changes')).toEqual([]);
    const role = () => running.projector.progress().find(({ version }) => version === 2)?.role;
    await eventually('it follows', () => role() === 'following');
    const [seq] = await harness.append(created(100));
    const changes = () => harness.rows('SELECT seq, prev FROM projection_v2.changes');
    await eventually('the next is written with its change', async () => (await changes()).length === 1);
    expect(await changes()).toEqual([{ seq: String(seq), prev: String(seq! - 1) }]);
    expect(new Set(received.map(({ seq }) => seq)).size).toBe(received.length);
    const heads = (version: number) =>
      harness.rows(`SELECT feed, seq FROM projection_v${version}.feed_heads ORDER BY 1`);
    await eventually('the same heads', async () => isDeepStrictEqual(await heads(2), await heads(1)));
  });

  it('the comparison finds two projections equal, or names the channel in which they differ', async () => {
    await admin.rebuild();
    await ready(2);
    const equal = await admin.compare(2);
    expect(equal).toMatchObject({ source: 1, target: 2, equal: true });
    expect(equal.tables.find(({ table }) => table === 'messages')!.rows).toEqual({ source: 40, target: 40 });
    await harness.rows(`UPDATE projection_v2.messages SET content = 'other' WHERE id = 5`);
    const unequal = await admin.compare(2);
    expect(unequal.equal).toBe(false);
    expect(unequal.tables.filter((table) => !table.equal)).toMatchObject([
      { table: 'messages', differing: ['200'] },
    ]);
  });

  it('the comparison is made at one position while events arrive', async () => {
    await admin.rebuild();
    await ready(2);
    const writer = startWriting();
    for (let i = 0; i < 5; i++) expect(await admin.compare(2)).toMatchObject({ equal: true });
    await writer.stop();
  });

  it('a switch under load, and back, leaves one unbroken chain of changes', async () => {
    const received = await listen();
    await admin.rebuild();
    await ready(2);
    const writer = startWriting();
    expect(await admin.switchTo(2)).toMatchObject({ from: 1, to: 2 });
    expect(await states()).toEqual(['1 ready', '2 active']);
    const atSwitch = received.length;
    await eventually('announced by the new one', () => received.length > atSwitch + 20);
    expect(await admin.rollback()).toMatchObject({ from: 2, to: 1 });
    const last = await writer.stop();
    await eventually('all projected', () => received.some(({ seq }) => seq === last));
    await same();
    expect(new Set(received.map(({ seq }) => seq)).size).toBe(received.length);
  });

  it('a switch changes roles on the existing connections, because new ones would take time', async () => {
    const own = `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
                   AND application_name LIKE 'projector/%' AND application_name NOT LIKE 'projector/%/%'`;
    const pids = async () => (await harness.rows<{ pid: number }>(own)).map(({ pid }) => pid);
    await admin.rebuild();
    await ready(2);
    const role = (version: number) =>
      running.projector.progress().find((each) => each.version === version)?.role;
    await eventually('it follows', () => role(2) === 'following');
    const before = await pids();
    await admin.switchTo(2);
    expect([role(1), role(2)]).toEqual(['following', 'active']);
    const after = new Set(await pids());
    // One further connection is that of the projection registry, which stays in any case.
    expect(before.filter((pid) => after.has(pid)).length).toBeGreaterThan(2);
  });

  it('a build continues after a process crashed, and another process can switch to it', async () => {
    await admin.rebuild();
    await running.stop();
    const second = harness.project();
    await ready(2);
    await eventually('ready', () => second.health.ready());
    const received: string[] = [];
    harness.connection.subscribe(PROJECTIONS_CHANGED_SUBJECT, {
      callback: (_, m) => void received.push(m.subject),
    });
    await harness.connection.flush();
    await second.projector.admin!.switchTo(2);
    await eventually('the announcement', () => received.length === 1);
  });

  it('impossible commands are rejected and change nothing', async () => {
    await expect(admin.switchTo(2)).rejects.toMatchObject({ code: 'PROJECTION.NOT_FOUND' });
    await expect(admin.rollback()).rejects.toMatchObject({ code: 'PROJECTION.NOT_FOUND' });
    await expect(admin.drop(1)).rejects.toMatchObject({ code: 'PROJECTION.IN_USE' });
    await admin.rebuild();
    await ready(2);
    await harness.rows('UPDATE relay.projections SET shape = 0 WHERE version = 2');
    await expect(admin.switchTo(2)).rejects.toMatchObject({ code: 'PROJECTION.NOT_READY' });
    await admin.drop(2);
    expect(await states()).toEqual(['1 active']);
    expect(await harness.rows(`SELECT 1 FROM pg_namespace WHERE nspname = 'projection_v2'`)).toEqual([]);
  });

  it('a dropped projection ends without a warning on the projectors that projected it', async () => {
    const logged: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
    await running.stop();
    const projectors = [
      harness.project({ leaseMs: LEASE_MS }, logger),
      harness.project({ leaseMs: LEASE_MS }, logger),
    ];
    await eventually('ready', () => projectors.every(({ health }) => health.ready()));
    await projectors[0]!.projector.admin!.rebuild();
    await ready(2);
    const following = () =>
      projectors.every(({ projector }) => projector.progress().some(({ version }) => version === 2));
    await eventually('both follow', following);
    await projectors[0]!.projector.admin!.drop(2);
    expect(await states()).toEqual(['1 active']);
    await harness.append(created(500));
    const there = async () => (await ids(1)).includes('500');
    await eventually('projected', there);
    expect(logged).toEqual([]);
  });

  it('a projector with rows of another shape names the remedy, and with `auto` applies it', async () => {
    await harness.rows(`UPDATE relay.projections SET shape = ${SHAPE - 1}`);
    await eventually('not ready', () => !running.health.ready());
    expect(running.health.report().checks.projection!.detail).toContain('relay projections rebuild');
    await running.stop();
    const auto = harness.project({ rebuild: 'auto' });
    await eventually('ready', () => auto.health.ready());
    expect(await states()).toEqual(['1 ready', '2 active']);
    await same();
  });
});
