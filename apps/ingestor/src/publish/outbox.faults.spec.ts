import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import { LOG_STREAM } from '@discord-relay/contracts';
import { startNatsServer, type TestNats, until } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { LogFences } from '../nats/log-fences.js';
import { readLog } from '../testing/log-reader.js';
import { LogPublisher } from './log-publisher.js';
import { outgoing } from '../testing/outgoing.js';
import type { OutgoingEvent } from './outgoing-event.js';
import { ensureLogStream } from './log-stream.js';
import { Outbox, SPOOL_STATES } from './outbox.js';
import { DiskSpool } from './spool/disk-spool.js';

const logger = createLogger('ingestor', 'spec', 'silent');
const LIMITS = { queueMax: 1_000, queueMaxBytes: 10_000_000, spoolMaxBytes: 10_000_000 };
// Longer than a busy machine takes to acknowledge, because an event that is sent again after this time is stored twice.
const DEDUP_WINDOW_MS = 3_000;

describe('Outbox', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let dir: string;
  let outbox: Outbox;
  let registry: Registry;
  let settled: string[];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-spool-'));
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    await ensureLogStream(connection, { dedupWindowMs: DEDUP_WINDOW_MS, replicas: 1 });
    settled = [];
    outbox = await newOutbox();
    await outbox.open(connection, new LogFences(connection));
  });
  afterEach(async () => {
    await outbox.stop();
    await connection.close();
    await nats.stop();
    await rm(dir, { recursive: true, force: true });
  });

  async function newOutbox(limits: Partial<typeof LIMITS> = {}, ackWaitMs = 300): Promise<Outbox> {
    registry = new Registry();
    const metrics = new IngestorMetrics(registry);
    const { dedupWindowMs, newestSequence, created } = await ensureLogStream(connection, {
      dedupWindowMs: DEDUP_WINDOW_MS,
      replicas: 1,
    });
    const window = { maxInFlight: 64, maxInFlightBytes: 1_000_000, ackWaitMs };
    const publisher = new LogPublisher(
      connection,
      { ...window, dedupWindowMs, newestSequence, created },
      metrics,
      logger,
    );
    const spool = await DiskSpool.open({ dir, segmentBytes: 20_000, onSynced: () => undefined }, logger);
    const made = new Outbox(publisher, spool, { ...LIMITS, ...limits }, metrics, logger);
    metrics.watchSpool(made, SPOOL_STATES);
    return made;
  }

  /** An outbox for which a pause of a busy machine is not a failure of the log. */
  async function usePatientOutbox(): Promise<void> {
    await outbox.stop();
    outbox = await newOutbox({}, 60_000);
    await outbox.open(connection, new LogFences(connection));
  }

  /**
   * Ends the outbox like a crash: nothing is flushed or published. The old process's sockets stay open, as after a network
   * partition.
   */
  async function crashAndStartAgain(): Promise<void> {
    const old = connection;
    await outbox.stop();
    connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    outbox = await newOutbox();
    await old.close();
  }

  const eventOf = (id: string, bytes = 20): OutgoingEvent =>
    outgoing(id, {
      type: 'message.created',
      subject: 'discord.0.1.2.message.created',
      payload: Buffer.from(JSON.stringify({ id, fill: 'x'.repeat(bytes) })),
      queuedAtMs: Date.now(),
      settled: () => void settled.push(id),
    });
  const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `e${from + i}`);
  const publish = (all: string[], bytes?: number) => all.forEach((id) => outbox.publish(eventOf(id, bytes)));
  const segmentFiles = async () => (await readdir(dir)).filter((name) => name.endsWith('.spool'));
  const loggedIds = async () => (await readLog(connection)).map((each) => each.messageId);
  const state = (expected: string) =>
    until(`spool ${expected}`, 10_000, () => (outbox.spoolState === expected ? true : undefined));
  const written = () => until('the disk', 5_000, () => (outbox.unwrittenBytes === 0 ? true : undefined), 5);
  const windowOver = (sinceMs: number) =>
    until('the deduplication window to be over', 30_000, () =>
      Date.now() - sinceMs > 2 * DEDUP_WINDOW_MS ? true : undefined,
    );

  it('the outbox does not use the disk while the log accepts events', async () => {
    await usePatientOutbox();
    publish(ids(0, 500));
    await outbox.whenEmpty();
    expect(await loggedIds()).toEqual(ids(0, 500));
    expect(await segmentFiles()).toEqual([]);
    expect([outbox.spoolState, outbox.failure]).toEqual(['empty', undefined]);
  });

  it('the outbox reports when events come faster than a healthy log accepts them, and when that is over', async () => {
    await usePatientOutbox();
    const reports: boolean[] = [];
    outbox.onBackpressure((backpressured) => reports.push(backpressured));
    publish(ids(0, 900));
    expect(reports).toEqual([true]);
    await outbox.whenEmpty();
    expect(reports).toEqual([true, false]);
    expect(await segmentFiles()).toEqual([]);
  });

  it('the outbox does not wait for a log that does not answer, because there is the disk', async () => {
    const reports: boolean[] = [];
    outbox.onBackpressure((backpressured) => reports.push(backpressured));
    await nats.kill('SIGSTOP');
    publish(ids(0, 900));
    await state('filling');
    expect(reports).toEqual([true, false]);
    publish(ids(900, 3_000));
    expect(reports).toEqual([true, false]);
    await nats.kill('SIGCONT');
    await outbox.whenEmpty();
    expect(await loggedIds()).toEqual(ids(0, 3_000));
  });

  it('the outbox writes everything to disk while the server is dead, and to the log once and in order afterwards', async () => {
    publish(ids(0, 100));
    await nats.kill('SIGKILL');
    publish(ids(100, 300));
    await state('filling');
    publish(ids(300, 3_000));
    await written();
    expect(outbox.failure).toMatch(/spool filling, \d+ events/);
    expect(await registry.metrics()).toContain('relay_ingestor_spool_state{state="filling"} 1');
    await nats.restart();
    publish(ids(3_000, 3_100));
    await outbox.whenEmpty();
    expect(await loggedIds()).toEqual(ids(0, 3_100));
    // Each event is settled once; those from disk and those from memory are settled in parallel.
    expect([...settled].sort()).toEqual(ids(0, 3_100).sort());
    expect([outbox.spoolState, outbox.failure, outbox.length]).toEqual(['empty', undefined, 0]);
    await until('the files to go', 5_000, async () =>
      (await segmentFiles()).length === 0 ? true : undefined,
    );
  });

  it('the outbox stores nothing twice after a hang longer than the log’s deduplication window', async () => {
    publish(ids(0, 10));
    await outbox.whenEmpty();
    await nats.kill('SIGSTOP');
    publish(ids(10, 200));
    await state('filling');
    const hungAtMs = Date.now();
    publish(ids(200, 400));
    await windowOver(hungAtMs);
    await nats.kill('SIGCONT');
    await outbox.whenEmpty();
    expect(await loggedIds()).toEqual(ids(0, 400));
  });

  it('the outbox stores nothing twice that was stored without an acknowledgement before a long outage', async () => {
    publish(ids(0, 10));
    await outbox.whenEmpty();
    publish(ids(10, 60));
    await connection.flush();
    await until('all of it stored', 5_000, async () => ((await storedCount()) === 60 ? true : undefined));
    await nats.kill('SIGKILL');
    publish(ids(60, 80));
    await state('filling');
    const deadAtMs = Date.now();
    await windowOver(deadAtMs);
    await nats.restart();
    await outbox.whenEmpty();
    expect(await loggedIds()).toEqual(ids(0, 80));
  });

  async function storedCount(): Promise<number> {
    const other = await connect({ servers: nats.url });
    try {
      return (await (await jetstreamManager(other)).streams.info(LOG_STREAM)).state.messages;
    } finally {
      await other.close();
    }
  }

  it('the outbox waits for a full log, and continues when the log has capacity again', async () => {
    publish(ids(0, 10));
    await outbox.whenEmpty();
    await limitLog(4_000);
    publish(ids(10, 100), 200);
    await state('filling');
    expect(outbox.failure).toContain('maximum bytes');
    await limitLog(-1);
    await outbox.whenEmpty();
    expect((await loggedIds()).sort()).toEqual(ids(0, 100).sort());
  });

  async function limitLog(maxBytes: number): Promise<void> {
    const manager = await jetstreamManager(connection);
    const { config } = await manager.streams.info(LOG_STREAM);
    await manager.streams.update(LOG_STREAM, { ...config, max_bytes: maxBytes });
  }

  it('the outbox first publishes what an earlier process left and the log lacks, even after the deduplication window', async () => {
    publish(ids(0, 10));
    await outbox.whenEmpty();
    await nats.kill('SIGSTOP');
    publish(ids(10, 50));
    await state('filling');
    publish(ids(50, 300));
    await written();
    await nats.kill('SIGCONT');
    const resumedAtMs = Date.now();
    await crashAndStartAgain();
    await windowOver(resumedAtMs);
    settled = [];
    await outbox.open(connection, new LogFences(connection));
    publish(ids(10, 320));
    await outbox.whenEmpty();
    expect(await loggedIds()).toEqual(ids(0, 320));
    expect([...settled].sort()).toEqual(ids(10, 320).sort());
  });

  it('the outbox reports a full disk, still accepts events, and reports when the disk has space again', async () => {
    await outbox.stop();
    outbox = await newOutbox({ spoolMaxBytes: 50_000 });
    await nats.kill('SIGKILL');
    publish(ids(0, 10));
    await state('filling');
    expect(outbox.isFull).toBe(false);
    publish(ids(10, 600), 200);
    expect([outbox.isFull, outbox.spoolState]).toEqual([true, 'full']);
    const capacity = outbox.untilCapacity();
    await nats.restart();
    await capacity;
    expect(outbox.isFull).toBe(false);
    await outbox.whenEmpty();
    expect(await loggedIds()).toEqual(ids(0, 600));
  });

  it('the outbox has no capacity while the disk accepts nothing, and loses nothing', async () => {
    await rm(dir, { recursive: true });
    await nats.kill('SIGKILL');
    publish(ids(0, 100));
    await state('broken');
    publish(ids(100, 200));
    expect(outbox.isFull).toBe(true);
    await nats.restart();
    await outbox.untilCapacity();
    await outbox.whenEmpty();
    expect(await loggedIds()).toEqual(ids(0, 200));
  });

  it('the outbox uses the spool when memory is full', async () => {
    await outbox.stop();
    outbox = await newOutbox({ queueMax: 100 });
    publish(ids(0, 2_000));
    expect(outbox.spoolState).toBe('draining');
    await outbox.whenEmpty();
    expect(await loggedIds()).toEqual(ids(0, 2_000));
    expect(settled).toEqual(ids(0, 2_000));
  });
});
