import { LOG_STREAM, LOG_SUBJECTS, PARTITIONS_METADATA_KEY, type RelayEvent } from '@discord-relay/contracts';
import {
  asTestAdmin,
  copyTestDatabase,
  openTestPool,
  startNatsServer,
  type TestDatabase,
  type TestNats,
} from '@discord-relay/local-stack';
import { HealthRegistry, type Logger, NatsLink } from '@discord-relay/platform';
import { migrate, projectionSchema, PROJECTION_VERSION, withSearchPath } from '@discord-relay/read-model';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type pg from 'pg';
import { Registry } from 'prom-client';
import { appendEvents } from './append-events.js';
import { Projector, type ProjectorOptions } from '../projector.js';
import { ProjectorMetrics } from '../metrics.js';
import { Database } from '../store/index.js';
import { eventually } from './eventually.js';
import { silent } from './logger.js';

export interface RunningProjector {
  projector: Projector;
  health: HealthRegistry;
  metrics: Registry;
  stop(): Promise<void>;
}

/** A real log, a real database and any number of projectors. */
export class Harness {
  private readonly running = new Set<RunningProjector>();
  private readonly databases: Database[] = [];

  private constructor(
    readonly nats: TestNats,
    readonly database: TestDatabase,
    readonly connection: NatsConnection,
    readonly sql: pg.Pool,
    readonly partitions: number,
  ) {}

  /** `on`: an existing database; default: a new one, with the empty read model. */
  static async start(partitions = 2, on?: TestDatabase): Promise<Harness> {
    const [nats, database] = await Promise.all([
      startNatsServer(),
      on ?? copyTestDatabase('read_model', migrate),
    ]);
    const connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    const connectionString = withSearchPath(database.url, projectionSchema(PROJECTION_VERSION));
    const sql = openTestPool(connectionString, 2);
    return new Harness(nats, database, connection, sql, partitions);
  }

  async createLog(): Promise<void> {
    const jsm = await jetstreamManager(this.connection);
    await jsm.streams.add({
      name: LOG_STREAM,
      subjects: [LOG_SUBJECTS],
      metadata: { [PARTITIONS_METADATA_KEY]: String(this.partitions) },
      allow_direct: true,
    });
  }

  /** Appends events to the log; returns their stream sequences. */
  append(...events: RelayEvent[]): Promise<number[]> {
    return appendEvents(this.connection, events, this.partitions);
  }

  async appendRaw(subject: string, payload: string | Uint8Array): Promise<number> {
    return (await jetstream(this.connection).publish(subject, payload)).seq;
  }

  project(options: Partial<ProjectorOptions> = {}, logger: Logger = silent): RunningProjector {
    const health = new HealthRegistry('projector', 'test', '0');
    const registry = new Registry();
    const link = new NatsLink({ NATS_URL: this.nats.url }, 'projector-test', health, silent);
    const projector = new Projector(
      {
        databaseUrl: this.database.url,
        poolSize: 4,
        owner: options.owner ?? crypto.randomUUID(),
        leaseMs: 2_000,
        limits: { maxEvents: 1_000, maxBytes: 4_194_304 },
        followEndMs: 60_000,
        changesRetentionHours: 24,
        rebuild: 'manual',
        ...options,
      },
      link,
      new ProjectorMetrics(registry),
      health,
      logger,
    );
    const stop = async () => {
      this.running.delete(handle);
      await projector.stop();
      await link.drain();
    };
    const handle = { projector, health, metrics: registry, stop };
    this.running.add(handle);
    projector.start();
    health.started();
    return handle;
  }

  /** Reads the rows as an operator's tool does; closed with the harness. */
  readModel(): Database {
    const schema = projectionSchema(PROJECTION_VERSION);
    const options = { schema, applicationName: 'test', poolSize: 1, idleInTransactionMs: 10_000 };
    const database = new Database({ url: this.database.url, ...options }, silent);
    this.databases.push(database);
    return database;
  }

  /** Makes Postgres close and refuse all connections to the database; returns a function that ends this. */
  async refuseDatabase(): Promise<() => Promise<void>> {
    const name = new URL(this.database.url).pathname.slice(1);
    await asTestAdmin(
      `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
    );
    return () => asTestAdmin(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  }

  async rows<Row extends object = Record<string, unknown>>(
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return (await this.sql.query(text, values)).rows as Row[];
  }

  /** Waits until the checkpoints have passed a stream sequence. */
  async projected(seq: number, ms?: number): Promise<void> {
    await eventually(
      `checkpoint at ${seq}`,
      async () => {
        const rows = await this.rows<{ seq: string }>('SELECT max(seq) AS seq FROM checkpoints').catch(
          () => [],
        );
        return Number(rows[0]?.seq ?? -1) >= seq;
      },
      ms,
    );
  }

  async stop(): Promise<void> {
    for (const each of this.running) await each.stop();
    for (const each of this.databases) await each.close();
    await this.sql.end();
    await this.connection.close();
    await this.nats.stop();
    await this.database.drop();
  }
}
