import { AppError, type Change, compareSnowflakes, type Snowflake } from '@discord-relay/contracts';
import type { PoolClient, QueryResult } from 'pg';
import type { LoadedRows, RowOp } from '../fold/index.js';
import { type Database, pipelined, type Statement } from './database.js';
import type { Lease } from './lease-store.js';
import { computeWrites, readsFor } from './compute-writes.js';
import { loadedRows } from './row-reader.js';
import type { ParkedRow } from './row-writer.js';

/** Events of one partition in the order of the log, folded. */
export interface Batch {
  events: { seq: number; ops: RowOp[] }[];
  parked: ParkedRow[];
  /** The new checkpoint: stream sequence of the last event, folded or not. */
  lastSeq: number;
  /** When the stream stored the message at `lastSeq`; null when that is not known. */
  lastStoredAt: Date | null;
  /** Creation time of the stream, as JetStream writes it. */
  streamCreatedAt: string;
  /** As the store's option, for this batch only. */
  muted?: boolean;
}

const ADVANCE = `
  UPDATE checkpoints
  SET seq = $1, stream_created_at = $2, seq_stored_at = $7, muted_up_to = nullif($8, 0), lease_until = now() + $3 * interval '1 ms', updated_at = now()
  WHERE partition = $4 AND seq = $5 AND epoch = $6`;

const HIGHEST_MESSAGE: Statement = {
  name: 'read_highest_message',
  text: 'SELECT max(id) AS id FROM messages',
};

/** Writes batches: rows, changes, feed heads and checkpoint are committed together or not at all. */
export class BatchStore {
  constructor(
    private readonly database: Database,
    private readonly leaseMs: number,
    /** `muted`: changes are neither written nor returned. Feed heads are written, so that later changes continue the chains. */
    private readonly options: { muted: boolean } = { muted: false },
  ) {}

  /**
   * Commits the batch, moves the lease to its end and returns the changes to announce. It takes two round trips: the
   * checkpoint's compare-and-set together with reading the rows, then the writes. The rows cannot change in between, because
   * every other writer has to increment the checkpoint's epoch first.
   * @throws AppError PROJECTION.CHECKPOINT_CONFLICT when another owner has the partition
   * @throws UnprojectableError when an event's data does not match its type
   * @throws the driver's error; after an outage it is unknown whether the batch was committed
   */
  async commit(lease: Lease, batch: Batch): Promise<Change[]> {
    const changes = await this.database.withClient(async (client) => {
      const muted = this.options.muted || batch.muted;
      const loaded = await this.fenceAndLoad(client, lease, batch);
      const { writes, changes, newMessageIds } = computeWrites(batch.events, loaded, { muted }, batch.parked);
      await pipelined(client, [...writes, { text: 'COMMIT' }]);
      raiseHighestMessage(lease, newMessageIds);
      return changes;
    });
    lease.seq = batch.lastSeq;
    lease.streamCreatedAt = batch.streamCreatedAt;
    lease.seqStoredAt = batch.lastStoredAt;
    return changes;
  }

  /** The keys of the partition's parked events; later events with any of them have to be parked too. */
  async parkedKeys(partition: number): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ key: string }>(
      'SELECT DISTINCT unnest(keys) AS key FROM parked WHERE "partition" = $1',
      [partition],
    );
    return new Set(rows.map(({ key }) => key));
  }

  private async fenceAndLoad(client: PoolClient, lease: Lease, batch: Batch): Promise<LoadedRows> {
    const { highestMessageId } = lease;
    const reads = readsFor(batch.events, highestMessageId);
    const [, advanced, ...answers] = (await pipelined(client, [
      { text: 'BEGIN' },
      this.advance(lease, batch),
      ...reads.map((read) => read.statement),
      ...(highestMessageId === undefined ? [HIGHEST_MESSAGE] : []),
    ])) as [QueryResult, QueryResult, ...QueryResult[]];
    if (advanced.rowCount !== 1) {
      throw new AppError(
        'PROJECTION.CHECKPOINT_CONFLICT',
        `partition ${lease.partition} is no longer at seq ${lease.seq} in epoch ${lease.epoch}`,
      );
    }
    if (highestMessageId === undefined) raiseHighestMessage(lease, [idIn(answers.at(-1)!)]);
    return loadedRows(reads, answers);
  }

  private advance(lease: Lease, batch: Batch): Statement {
    return {
      name: 'advance_checkpoint',
      text: ADVANCE,
      values: [
        batch.lastSeq,
        batch.streamCreatedAt,
        this.leaseMs,
        lease.partition,
        lease.seq,
        lease.epoch,
        batch.lastStoredAt,
        lease.mutedUpTo,
      ],
    };
  }
}

/** Lower than any id. */
const NO_MESSAGE = '0' as Snowflake;

const idIn = ({ rows }: QueryResult<{ id: Snowflake | null }>): Snowflake => rows[0]!.id ?? NO_MESSAGE;

function raiseHighestMessage(lease: Lease, ids: readonly Snowflake[]): void {
  let highest = lease.highestMessageId ?? NO_MESSAGE;
  for (const id of ids) if (compareSnowflakes(id, highest) > 0) highest = id;
  lease.highestMessageId = highest;
}
