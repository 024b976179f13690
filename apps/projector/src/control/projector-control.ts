import {
  AppError,
  type LogDiagnosis,
  type PauseState,
  type ProjectionSummary,
} from '@discord-relay/contracts';
import { instanceOf, type Logger } from '@discord-relay/platform';
import {
  activeProjection,
  listProjections,
  projectionSchema,
  PROJECTION_VERSION,
  RELAY_SCHEMA,
} from '@discord-relay/read-model';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { diagnoseCheckpoint } from '../doctor/log-doctor.js';
import { isStreamMissing, readLogEvidence, readPartitionCount } from '../log/log-state.js';
import { readStreamProblems } from '../doctor/stream-diagnosis.js';
import { OperatorAudit } from './operator-audit.js';
import {
  checkpointStates,
  Database,
  pausedPartitions,
  pausePartitions,
  resumePartitions,
} from '../store/index.js';

export interface ControlOptions {
  databaseUrl: string;
  owner: string;
  leaseMs: number;
}

/**
 * The operators' commands that need only the database and the log, so that they work while projections are stuck. They write
 * rows that the projectors read.
 */
export class ProjectorControl {
  private databases = new Map<string, Database>();

  constructor(
    private readonly options: ControlOptions,
    private readonly nats: { connection: Promise<NatsConnection> },
    private readonly logger: Logger,
  ) {}

  /** Records the operators' commands. */
  get audit(): OperatorAudit {
    return new OperatorAudit(this.database(RELAY_SCHEMA), this.logger);
  }

  async close(): Promise<void> {
    await Promise.all([...this.databases.values()].map((database) => database.close()));
    this.databases.clear();
  }

  /**
   * Pauses the projection of a partition, or of all, in every process until {@link resume}.
   * @throws AppError REQUEST.NOT_FOUND when there is no such partition; the driver's or the API's error
   */
  async pause(partition?: number): Promise<PauseState> {
    const partitions = await this.chosen(partition);
    return this.changePauses((database) => pausePartitions(database, partitions));
  }

  /** @throws as {@link pause} */
  async resume(partition?: number): Promise<PauseState> {
    const partitions = await this.chosen(partition);
    return this.changePauses((database) => resumePartitions(database, partitions));
  }

  /** Every registered projection. @throws the driver's error */
  async projections(): Promise<ProjectionSummary[]> {
    const records = await this.database(RELAY_SCHEMA).withClient((client) => listProjections(client));
    return records.map(({ createdAt, activatedAt, version, schema, shape, state }) => {
      const times = { createdAt: createdAt.toISOString(), activatedAt: activatedAt?.toISOString() ?? null };
      return { version, schema, shape, state, ...times };
    });
  }

  /** The log doctor's findings for every partition and for the stream. @throws the driver's or the API's error */
  async examine(): Promise<LogDiagnosis> {
    const jsm = await this.jetStream();
    const states = await checkpointStates(await this.active());
    const partitions = await Promise.all(
      states.map(async (state) => {
        const { partition, seq } = state;
        const owner = state.owner === null ? null : instanceOf(state.owner);
        const found = await unlessStreamMissing(readLogEvidence(jsm, seq));
        return {
          partition,
          seq,
          owner,
          ...diagnoseCheckpoint(state, found?.log ?? null, found?.storedAt ?? null),
        };
      }),
    );
    return { partitions, stream: (await unlessStreamMissing(readStreamProblems(jsm, states))) ?? [] };
  }

  /** The active projection. @throws the driver's error */
  async active(): Promise<Database> {
    const found = await this.database(RELAY_SCHEMA).withClient((client) => activeProjection(client));
    return this.database(found?.schema ?? projectionSchema(PROJECTION_VERSION));
  }

  private async changePauses(change: (database: Database) => Promise<void>): Promise<PauseState> {
    const database = await this.active();
    await change(database);
    return { paused: await pausedPartitions(database) };
  }

  private async chosen(partition: number | undefined): Promise<number[]> {
    const count = await readPartitionCount(await this.jetStream());
    if (partition === undefined) return Array.from({ length: count }, (_, each) => each);
    if (partition < count) return [partition];
    throw new AppError(
      'REQUEST.NOT_FOUND',
      `there is no partition ${partition}: partitions are 0 to ${count - 1}`,
    );
  }

  private async jetStream() {
    return jetstreamManager(await this.nats.connection);
  }

  private database(schema: string): Database {
    const known = this.databases.get(schema);
    if (known) return known;
    const { databaseUrl: url, owner, leaseMs: idleInTransactionMs } = this.options;
    const applicationName = `projector-control/${owner}`;
    const made = new Database(
      { url, schema, applicationName, poolSize: 1, idleInTransactionMs },
      this.logger,
    );
    this.databases.set(schema, made);
    return made;
  }
}

function unlessStreamMissing<T>(request: Promise<T>): Promise<T | null> {
  return request.catch((error: unknown) => {
    if (isStreamMissing(error)) return null;
    throw error;
  });
}
