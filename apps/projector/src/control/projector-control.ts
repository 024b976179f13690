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
import { diagnose } from '../doctor/log-doctor.js';
import { isStreamMissing, readLogEvidence, readPartitionCount } from '../log/log-state.js';
import { examineStream } from '../doctor/stream-diagnosis.js';
import { OperatorAudit } from './operator-audit.js';
import { checkpointStates, Database, LeaseStore } from '../store/index.js';

export interface ControlOptions {
  databaseUrl: string;
  owner: string;
  leaseMs: number;
}

/**
 * What operators may ask of a projector. It works on the database and the log alone, so that it answers while the
 * projection itself is held up; whoever projects learns of it from the rows.
 */
export class ProjectorControl {
  private databases = new Map<string, Database>();

  constructor(
    private readonly options: ControlOptions,
    private readonly nats: { connection: Promise<NatsConnection> },
    private readonly logger: Logger,
  ) {}

  /** Puts on record what operators have done. */
  get audit(): OperatorAudit {
    return new OperatorAudit(this.database(RELAY_SCHEMA), this.logger);
  }

  async close(): Promise<void> {
    await Promise.all([...this.databases.values()].map((database) => database.close()));
    this.databases.clear();
  }

  /**
   * Keeps a partition, or all, from being projected by anyone, until {@link resume}.
   * @throws AppError REQUEST.NOT_FOUND when there is no such partition; the driver's or the API's error
   */
  async pause(partition?: number): Promise<PauseState> {
    const partitions = await this.chosen(partition);
    return this.change((leases) => leases.pause(partitions));
  }

  /** @throws as {@link pause} */
  async resume(partition?: number): Promise<PauseState> {
    const partitions = await this.chosen(partition);
    return this.change((leases) => leases.resume(partitions));
  }

  /** Every projection there is. @throws the driver's error */
  async projections(): Promise<ProjectionSummary[]> {
    const records = await this.database(RELAY_SCHEMA).withClient((client) => listProjections(client));
    return records.map(({ createdAt, activatedAt, version, schema, shape, state }) => {
      const times = { createdAt: createdAt.toISOString(), activatedAt: activatedAt?.toISOString() ?? null };
      return { version, schema, shape, state, ...times };
    });
  }

  /** What the log doctor finds of every partition and of the stream. @throws the driver's or the API's error */
  async examine(): Promise<LogDiagnosis> {
    const jsm = await this.jetStream();
    const states = await checkpointStates(await this.active());
    const partitions = await Promise.all(
      states.map(async (state) => {
        const { partition, seq } = state;
        const owner = state.owner === null ? null : instanceOf(state.owner);
        const found = await unlessStreamMissing(readLogEvidence(jsm, seq));
        return { partition, seq, owner, ...diagnose(state, found?.log ?? null, found?.storedAt ?? null) };
      }),
    );
    return { partitions, stream: (await unlessStreamMissing(examineStream(jsm, states))) ?? [] };
  }

  /** The projection that is read. @throws the driver's error */
  async active(): Promise<Database> {
    const found = await this.database(RELAY_SCHEMA).withClient((client) => activeProjection(client));
    return this.database(found?.schema ?? projectionSchema(PROJECTION_VERSION));
  }

  private async change(work: (leases: LeaseStore) => Promise<void>): Promise<PauseState> {
    const leases = new LeaseStore(await this.active(), this.options.owner, this.options.leaseMs);
    await work(leases);
    return { paused: await leases.paused() };
  }

  private async chosen(partition: number | undefined): Promise<number[]> {
    const count = await readPartitionCount(await this.jetStream());
    if (partition === undefined) return Array.from({ length: count }, (_, each) => each);
    if (partition < count) return [partition];
    throw new AppError('REQUEST.NOT_FOUND', `no partition ${partition}: they are 0 to ${count - 1}`);
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

function unlessStreamMissing<T>(asked: Promise<T>): Promise<T | null> {
  return asked.catch((error: unknown) => {
    if (isStreamMissing(error)) return null;
    throw error;
  });
}
