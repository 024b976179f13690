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
import { ProjectionSupervisor } from './rebuild/projection-supervisor.js';
import { Database, type ParkedCount } from './store/index.js';
import { readPartitionCount } from './log/log-state.js';
import { projectionCheck, streamCheck } from './health-checks.js';
import { readStreamProblems } from './doctor/stream-diagnosis.js';
import type { LogAccess, ProjectionOptions } from './consume/projection-options.js';

export interface ProjectorOptions extends ProjectionOptions {
  /** When the active projection has another shape: `auto` rebuilds it and switches, `manual` leaves that to operators. */
  rebuild: 'auto' | 'manual';
}

/** The part of the process's NATS link that the projector uses. */
export interface NatsSource {
  connection: Promise<NatsConnection>;
  onReconnect(callback: () => void): void;
}

/** The process's NATS link, without a connection while another process has the name of this one. */
export const natsOfUniqueInstance = (
  nats: NatsSource,
  guard: { nameIsUnique: Promise<void> },
): NatsSource => ({
  connection: nats.connection.then(async (connection) => {
    await guard.nameIsUnique;
    return connection;
  }),
  onReconnect: (callback) => nats.onReconnect(callback),
});

const REFRESH_EVERY_MS = 1_000;
const EXAMINE_EVERY_MS = 30_000;
/** The time limit of requests to NATS that are repeated; others have that of the NATS client, 5 s. */
const QUICK_REQUEST_MS = 1_000;
/** A step of the start that takes longer is reported as waiting. */
const SLOW_STEP_MS = 5_000;
const SLOW_HINT = 'another process may hold a lock, or the server is overloaded';

/** The whole projector: the projections that this process projects, and the operators' commands on them. */
export class Projector {
  private readonly relay: Database;
  private readonly stopping = new AbortController();
  private supervisor: ProjectionSupervisor | undefined;
  /** Commands on projections; undefined until Postgres and the log are found. */
  admin: ProjectionAdmin | undefined;
  /** Commands on parked events; undefined until Postgres and the log are found. */
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

  /** Starts in the background: Postgres, NATS and the log may become available later. */
  start(): void {
    this.running ??= this.run(this.stopping.signal);
  }

  /** Finishes current transactions, releases the leases and closes the connections to Postgres. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.relay.close();
  }

  /** The progress of the partitions that this process owns, by projection. */
  progress(): ProjectionProgress[] {
    return this.supervisor?.all().map((each) => each.progress()) ?? [];
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { options, metrics, logger } = this;
    await this.retryStep('migrating', () => migrate(options.databaseUrl));
    const connection = await Promise.race([this.nats.connection, aborted(signal)]);
    if (!connection) return;
    const log = await this.openLog(connection);
    if (!log) return;
    const supervisor = new ProjectionSupervisor(this.relay, options, log, metrics, logger);
    this.admin = new ProjectionAdmin(supervisor, options, log, logger);
    this.parking = new ParkedAdmin(() => activeOf(supervisor), options, log, logger);
    this.supervisor = supervisor;
    this.nats.onReconnect(() => supervisor.all().forEach((each) => each.restart()));
    const changed = connection.subscribe(PROJECTIONS_CHANGED_SUBJECT, {
      callback: (_, message) => void this.onChanged(supervisor, message).catch(refreshFailed),
    });
    const refreshFailed = (err: unknown) => logger.warn({ err }, 'projections not refreshed');
    await retryUntilDone(signal, () => this.refresh(supervisor), refreshFailed);
    await Promise.all([
      periodically(REFRESH_EVERY_MS, signal, () => this.refresh(supervisor), refreshFailed),
      periodically(
        EXAMINE_EVERY_MS,
        signal,
        () => this.checkStream(log),
        (err) => logger.debug({ err }, 'stream not checked'),
      ),
    ]);
    changed.unsubscribe();
    await supervisor.stop();
  }

  private async openLog(connection: NatsConnection): Promise<LogAccess | null> {
    const jsm = await this.retryStep('waiting for JetStream', () => jetstreamManager(connection));
    if (!jsm) return null;
    const partitions = await this.retryStep('waiting for stream', () => readPartitionCount(jsm));
    if (!partitions) return null;
    const timeout = QUICK_REQUEST_MS;
    const quick = {
      js: jetstream(connection, { timeout }),
      jsm: await jetstreamManager(connection, { timeout, checkAPI: false }),
    };
    return { publisher: connection, js: jetstream(connection), jsm, quick, partitions };
  }

  /** Another process changed the registered projections, or is about to remove one. */
  private async onChanged(supervisor: ProjectionSupervisor, message: Msg): Promise<void> {
    const { leave } = message.json<{ leave?: number }>();
    if (leave !== undefined) await supervisor.stopForRemoval(leave);
    else await this.refresh(supervisor);
  }

  private async checkStream({ jsm }: LogAccess): Promise<void> {
    const found = await readStreamProblems(jsm, this.supervisor?.active?.statuses() ?? []);
    const isNew = found.some(({ name }) => this.streamProblems.every((each) => each.name !== name));
    this.streamProblems = found;
    if (isNew)
      this.logger.warn({ problems: found }, 'the stream does not have the configuration of the ingestor');
  }

  private async refresh(supervisor: ProjectionSupervisor): Promise<void> {
    await supervisor.refresh();
    const { active, records } = supervisor.registered;
    if (this.options.rebuild === 'manual' || !active || active.shape === SHAPE) return;
    const { version } = await createProjection(this.options.databaseUrl);
    if (records.some((each) => each.version === version && each.state === 'ready'))
      await this.admin!.switchTo(version);
    else await supervisor.refresh();
  }

  /** Retries a step of the start until it succeeds; null when the projector stops first. */
  private async retryStep<T>(step: string, task: () => Promise<T>): Promise<T | null> {
    const slow = setInterval(() => (this.obstacle = `${step}: no answer yet; ${SLOW_HINT}`), SLOW_STEP_MS);
    let logged: string | undefined;
    const result = await retryUntilDone(this.stopping.signal, task, (error) => {
      this.obstacle = `${step}: ${(error as Error).message}`;
      slow.refresh();
      const cause = causeOf(error);
      if (logged !== cause) this.logFailedStep(step, error);
      logged = cause;
    }).finally(() => clearInterval(slow));
    this.obstacle = null;
    return result;
  }

  /** Called once per cause: it may last for hours, and the readiness check reports it as well. */
  private logFailedStep(step: string, error: unknown): void {
    const isPermanent = error instanceof AppError && error.retry === 'stop';
    if (isPermanent)
      this.logger.error(
        { err: error, code: error.code, step },
        'start waits until an operator removes the cause',
      );
    else this.logger.warn({ err: error, step }, 'start is delayed');
  }

  private registerHealth(health: HealthRegistry): void {
    health.register('postgres', () => {
      const { unavailable } = this.supervisor?.active?.database ?? this.relay;
      return { ok: unavailable === null, detail: unavailable ?? 'connected' };
    });
    health.register('projection', () => projectionCheck(this.supervisor, this.obstacle));
    health.register('stream', () => streamCheck(this.streamProblems));
    health.register('parked', () => ({ ok: true, detail: parkedDetail(this.supervisor?.active?.parked) }));
    health.describe(() => ({
      projectionVersion: this.supervisor?.registered.active?.version ?? null,
      partitions: this.supervisor?.active?.statuses() ?? [],
      replay: this.supervisor?.active?.meter.current ?? null,
      parked: this.supervisor?.active?.parked.count ?? 0,
      parkedSince: this.supervisor?.active?.parked.since ?? null,
      projections: this.progress(),
    }));
  }
}

/** Equal for failures that differ only in a process id or a duration. */
const causeOf = (error: unknown): string =>
  `${(error as { code?: string }).code} ${(error as Error).message}`.replaceAll(/\d+/g, '0');

function parkedDetail(parked: ParkedCount | undefined): string {
  if (!parked?.since) return '0 events parked';
  return `${parked.count} events parked, the first since ${parked.since.toISOString()}: see \`relay parked list\``;
}

/** @throws AppError PROJECTION.NOT_READY when this process does not project the active projection */
function activeOf({ active, registered }: ProjectionSupervisor): ActiveProjection {
  if (active && registered.active) return { record: registered.active, database: active.database };
  throw new AppError('PROJECTION.NOT_READY', 'this projector does not project the active projection');
}

function aborted(signal: AbortSignal): Promise<null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
}
