import { AppError } from '@discord-relay/contracts';
import { type ProjectionRecord, SHAPE } from '@discord-relay/read-model';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { Pool, PoolClient } from 'pg';
import { type CheckpointIdentity, diagnoseCheckpoint } from '../doctor/log-doctor.js';
import { readLogEvidence } from '../log/log-state.js';
import { delay } from '@discord-relay/platform';

export type Positions = ReadonlyMap<number, number>;

type Client = Pick<Pool | PoolClient, 'query'>;

/** How long the active projection may take to reach the positions of the other one. */
const CATCH_UP_TIMEOUT_MS = 30_000;
const POLL_MS = 20;

/**
 * The active projection while another one is compared with it or replaces it. A checkpoint that does not belong to the log
 * cannot be compared with the other projection and is ignored.
 */
export class SourceProjection {
  private constructor(
    readonly record: ProjectionRecord,
    private readonly pool: Pool,
    /** Partitions whose checkpoint does not belong to the log. */
    readonly diverged: ReadonlySet<number>,
  ) {}

  /** @throws the driver's or the API's error */
  static async open(record: ProjectionRecord, pool: Pool, jsm: JetStreamManager): Promise<SourceProjection> {
    return new SourceProjection(record, pool, await divergedPartitions(pool, record.schema, jsm));
  }

  /** Checkpoints of the partitions that belong to the log. @throws the driver's error */
  async positions(client: Client = this.pool, lock: 'FOR UPDATE' | '' = ''): Promise<Positions> {
    const checkpoints = await checkpointsIn(client, this.record.schema, lock);
    const usable = checkpoints.filter(({ partition }) => !this.diverged.has(partition));
    return new Map(usable.map(({ partition, seq }) => [partition, seq]));
  }

  /**
   * Waits until no partition is behind these positions, but not if the projection has another shape and no owner.
   * @throws AppError PROJECTION.NOT_READY when it does not catch up in time
   */
  async waitFor(positions: Positions): Promise<void> {
    const deadlineMs = performance.now() + CATCH_UP_TIMEOUT_MS;
    const due = [...positions].filter(([partition]) => !this.diverged.has(partition));
    for (;;) {
      const reached = await this.positions();
      const behind = due.filter(([partition, seq]) => (reached.get(partition) ?? 0) < seq);
      if (behind.length === 0) return;
      if (this.record.shape !== SHAPE && !(await hasOwner(this.pool, this.record.schema))) return;
      if (performance.now() > deadlineMs) throw this.stuckError(behind.map(([partition]) => partition));
      await delay(POLL_MS, new AbortController().signal);
    }
  }

  private stuckError(partitions: readonly number[]): AppError {
    const where = `partitions ${partitions.join(', ')} of projection ${this.record.version}`;
    const help = 'see `relay status` for the reason, and `relay resume` if they are paused';
    return new AppError('PROJECTION.NOT_READY', `${where} are behind the other projection; ${help}`);
  }
}

/** Whether a process projects any of its partitions. @throws the driver's error */
export async function hasOwner(client: Client, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(
    `SELECT coalesce(bool_or(owner IS NOT NULL AND lease_until > now()), false) AS held FROM ${schema}.checkpoints`,
  );
  return rows[0]!.held;
}

/** Partitions of a projection whose checkpoint does not belong to the log. @throws the driver's or the API's error */
export async function divergedPartitions(
  client: Client,
  schema: string,
  jsm: JetStreamManager,
): Promise<ReadonlySet<number>> {
  const checkpoints = await checkpointsIn(client, schema);
  const diagnosed = await Promise.all(
    checkpoints.map(async (checkpoint) => {
      const { log, storedAt } = await readLogEvidence(jsm, checkpoint.seq);
      return { ...checkpoint, ...diagnoseCheckpoint(checkpoint, log, storedAt) };
    }),
  );
  const diverged = diagnosed.filter(({ finding }) => finding !== 'fine');
  return new Set(diverged.map(({ partition }) => partition));
}

async function checkpointsIn(
  client: Client,
  schema: string,
  lock: 'FOR UPDATE' | '' = '',
): Promise<CheckpointIdentity[]> {
  const { rows } = await client.query<Omit<CheckpointIdentity, 'seq'> & { seq: string }>(
    `SELECT partition, seq, stream_created_at AS "streamCreatedAt", seq_stored_at AS "seqStoredAt"
     FROM ${schema}.checkpoints ORDER BY partition ${lock}`,
  );
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}
