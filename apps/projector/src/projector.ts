import {
  AppError,
  type ProjectionProgress,
  PROJECTIONS_CHANGED_SUBJECT,
  type StreamProblem,
} from '@discord-relay/contracts';
import { type HealthRegistry, type Logger, periodically, retryUntilDone } from '@discord-relay/platform';
import { createProjection, migrate, RELAY_SCHEMA, SHAPE } from '@discord-relay/read-model';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { ProjectorMetrics } from './metrics.js';
import { type ActiveProjection, ParkedAdmin } from './parking/parked-admin.js';
import { ProjectionAdmin } from './rebuild/projection-admin.js';
import { ProjectionSet } from './rebuild/projection-supervisor.js';
import { Database, type ParkedCount } from './store/index.js';
import { readPartitionCount } from './log/log-state.js';
import { projectionCheck, streamCheck } from './health-checks.js';
import { examineStream } from './doctor/stream-diagnosis.js';
import type { LogAccess, ProjectionOptions } from './consume/projection.js';

export interface ProjectorOptions extends ProjectionOptions {
  /** What becomes of a database whose active projection has another shape: built anew and switched, or left alone. */
  rebuild: 'auto' | 'manual';
}

/** The part of the process's NATS link that is used here. */
export interface NatsSource {
  connection: Promise<NatsConnection>;
  onReconnect(callback: () => void): void;
}

/** The process's NATS link, without a connection while another process has the name of this one. */
export const natsOfSoleInstance = (nats: NatsSource, guard: { alone: Promise<void> }): NatsSource => ({
  connection: nats.connection.then(async (connection) => {
    await guard.alone;
    return connection;
  }),
  onReconnect: (callback) => nats.onReconnect(callback),
});

const REFRESH_EVERY_MS = 1_000;
const EXAMINE_EVERY_MS = 30_000;
/** A step of the start that takes longer waits for something that does not answer. */
const SLOW_STEP_MS = 5_000;
const SLOW_HINT = 'another process may hold a lock, or the server is overloaded';

/** The whole projector: the projections that are this process's, and what operators ask for them. */
export class Projector {
  private readonly relay: Database;
  private readonly stopping = new AbortController();
  private set: ProjectionSet | undefined;
  /** What operators can ask for; undefined until the log is there. */
  admin: ProjectionAdmin | undefined;
  parking: ParkedAdmin | undefined;
  private obstacle: string | null = 'starting';
  private streamProblems: StreamProblem[] = [];
  private running: Promise<void> | undefined;

  constructor(
    private readonly options: ProjectorOptions,
    private readonly nats: NatsSource,
    private readonly metrics: ProjectorMetrics,
    health: HealthRegistry,
    private readonly logger: Logger,
  ) {
    const { databaseUrl: url, owner, leaseMs: idleInTransactionMs } = options;
    const applicationName = `projector/${owner}`;
    this.relay = new Database(
      { url, schema: RELAY_SCHEMA, applicationName, poolSize: 1, idleInTransactionMs },
      logger,
    );
    this.registerHealth(health);
  }

  /** Starts in the background: Postgres, NATS and the log may all come later. */
  start(): void {
    this.running ??= this.run(this.stopping.signal);
  }

  /** Finishes what is in a transaction, releases the leases and closes the connections to Postgres. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.relay.close();
  }

  /** How far this process's parts of the projections are. */
  progress(): ProjectionProgress[] {
    return this.set?.all().map((each) => each.progress()) ?? [];
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { options, metrics, logger } = this;
    await this.attempt('migrating', () => migrate(options.databaseUrl));
    const connection = await Promise.race([this.nats.connection, aborted(signal)]);
    if (!connection) return;
    const log = await this.openLog(connection);
    if (!log) return;
    const set = new ProjectionSet(this.relay, options, log, metrics, logger);
    this.admin = new ProjectionAdmin(set, options, log, logger);
    this.parking = new ParkedAdmin(() => activeOf(set), options, log, logger);
    this.set = set;
    this.nats.onReconnect(() => set.all().forEach((each) => each.shake()));
    const changed = connection.subscribe(PROJECTIONS_CHANGED_SUBJECT, {
      callback: (_, message) => void this.changed(set, message).catch(refreshFailed),
    });
    const refreshFailed = (err: unknown) => logger.warn({ err }, 'projections not looked up');
    await retryUntilDone(signal, () => this.refresh(set), refreshFailed);
    await Promise.all([
      periodically(REFRESH_EVERY_MS, signal, () => this.refresh(set), refreshFailed),
      periodically(
        EXAMINE_EVERY_MS,
        signal,
        () => this.examineStream(log),
        (err) => logger.debug({ err }, 'stream not examined'),
      ),
    ]);
    changed.unsubscribe();
    await set.stop();
  }

  private async openLog(connection: NatsConnection): Promise<LogAccess | null> {
    const jsm = await this.attempt('waiting for JetStream', () => jetstreamManager(connection));
    if (!jsm) return null;
    const partitions = await this.attempt('waiting for stream', () => readPartitionCount(jsm));
    return partitions ? { publisher: connection, js: jetstream(connection), jsm, partitions } : null;
  }

  /** Another process has changed what is projected, or is about to remove a projection. */
  private async changed(set: ProjectionSet, message: Msg): Promise<void> {
    const { leave } = message.json<{ leave?: number }>();
    if (leave !== undefined) await set.leave(leave);
    else await this.refresh(set);
  }

  private async examineStream({ jsm }: LogAccess): Promise<void> {
    const found = await examineStream(jsm, this.set?.active?.statuses() ?? []);
    const isNew = found.some(({ name }) => this.streamProblems.every((each) => each.name !== name));
    this.streamProblems = found;
    if (isNew) this.logger.warn({ problems: found }, 'the stream is not as the ingestor made it');
  }

  private async refresh(set: ProjectionSet): Promise<void> {
    await set.refresh();
    const { active, records } = set.view;
    if (this.options.rebuild === 'manual' || !active || active.shape === SHAPE) return;
    const { version } = await createProjection(this.options.databaseUrl);
    if (records.some((each) => each.version === version && each.state === 'ready'))
      await this.admin!.switchTo(version);
    else await set.refresh();
  }

  /** Tries a step of the start until it works; null when the projector is stopped first. */
  private async attempt<T>(step: string, task: () => Promise<T>): Promise<T | null> {
    const slow = setInterval(() => (this.obstacle = `${step}: no answer yet; ${SLOW_HINT}`), SLOW_STEP_MS);
    let logged: string | undefined;
    const result = await retryUntilDone(this.stopping.signal, task, (error) => {
      this.obstacle = `${step}: ${(error as Error).message}`;
      slow.refresh();
      const cause = causeOf(error);
      if (logged !== cause) this.logHeldUp(step, error);
      logged = cause;
    }).finally(() => clearInterval(slow));
    this.obstacle = null;
    return result;
  }

  /** Once per cause: it may last for hours, and the readiness check has it as well. */
  private logHeldUp(step: string, error: unknown): void {
    const isPermanent = error instanceof AppError && error.retry === 'stop';
    if (isPermanent)
      this.logger.error({ err: error, code: error.code, step }, 'start waits until the cause is removed');
    else this.logger.warn({ err: error, step }, 'start is held up');
  }

  private registerHealth(health: HealthRegistry): void {
    health.register('postgres', () => {
      const { unavailable } = this.set?.active?.database ?? this.relay;
      return { ok: unavailable === null, detail: unavailable ?? 'connected' };
    });
    health.register('projection', () => projectionCheck(this.set, this.obstacle));
    health.register('stream', () => streamCheck(this.streamProblems));
    health.register('parked', () => ({ ok: true, detail: parkedDetail(this.set?.active?.parked) }));
    health.describe(() => ({
      projectionVersion: this.set?.view.active?.version ?? null,
      partitions: this.set?.active?.statuses() ?? [],
      replay: this.set?.active?.meter.current ?? null,
      parked: this.set?.active?.parked.count ?? 0,
      parkedSince: this.set?.active?.parked.since ?? null,
      projections: this.progress(),
    }));
  }
}

/** The same for failures that differ only in a process id or a duration. */
const causeOf = (error: unknown): string =>
  `${(error as { code?: string }).code} ${(error as Error).message}`.replaceAll(/\d+/g, '0');

function parkedDetail(parked: ParkedCount | undefined): string {
  if (!parked?.since) return '0 events parked';
  return `${parked.count} events parked, the first since ${parked.since.toISOString()}: see \`relay parked list\``;
}

/** @throws AppError PROJECTION.NOT_READY when there is none that this process projects */
function activeOf({ active, view }: ProjectionSet): ActiveProjection {
  if (active && view.active) return { record: view.active, database: active.database };
  throw new AppError('PROJECTION.NOT_READY', 'this projector does not project what is read');
}

/** Resolves to null when the signal aborts. */
function aborted(signal: AbortSignal): Promise<null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
}
