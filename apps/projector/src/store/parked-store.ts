import { AppError, type ParkedEvent } from '@discord-relay/contracts';
import type { PoolClient, QueryResult, QueryResultRow } from 'pg';
import type { RowOp } from '../fold/index.js';
import { type Database, pipelined } from './database.js';
import type { Lease } from './lease-store.js';
import { computeWrites, readsFor } from './compute-writes.js';
import { loadedRows } from './row-reader.js';

/** A row of `parked` without the payload. */
export type ParkedSummary = Omit<ParkedEvent, 'parkedAt' | 'followers'> & { parkedAt: Date };

/** The columns of `parked` that a retry needs. */
export interface ParkedPayload {
  seq: number;
  subject: string;
  keys: string[];
  code: string;
  message: string;
  payload: string;
}

export interface SkippedBy {
  seq: number;
  by: string;
  why: string;
}

const SUMMARY = `SELECT stream_seq AS seq, "partition", subject, event_id AS "eventId", keys, code, message,
  parked_at AS "parkedAt" FROM parked`;

/** Fences off the partition's owner, which then claims it again and reads the blocked keys again. */
const FENCE = `
  UPDATE checkpoints SET epoch = epoch + 1, owner = NULL, lease_until = now(), updated_at = now()
  WHERE "partition" = $1 AND seq = $2 AND epoch = $3`;

const NOTE_RETRY = `
  UPDATE parked SET message = split_part(message, '; tried again', 1) || '; tried again at ' ||
    to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ', which did not come to an end'
  WHERE stream_seq = $1`;

const SKIP = `
  WITH gone AS (DELETE FROM parked WHERE stream_seq = $1 RETURNING *)
  INSERT INTO parked_skips (stream_seq, "partition", subject, event_id, code, message, skipped_by, reason)
  SELECT stream_seq, "partition", subject, event_id, code, message, $2, $3 FROM gone`;

/** The parked events of a partition, or all, in the order of the log. */
export async function parkedSummaries(database: Database, partition?: number): Promise<ParkedSummary[]> {
  const where = partition === undefined ? '' : 'WHERE "partition" = $1';
  const values = partition === undefined ? [] : [partition];
  return numbered(
    await database.query<ParkedSummary & QueryResultRow>(`${SUMMARY} ${where} ORDER BY stream_seq`, values),
  );
}

/** The event's payload; undefined when it is not parked. */
export async function parkedPayload(database: Database, seq: number): Promise<string | undefined> {
  const text = 'SELECT payload FROM parked WHERE stream_seq = $1';
  return (await database.query<{ payload: string }>(text, [seq]))[0]?.payload;
}

/** Records in the row that a retry has started, in case the process crashes during it. @throws the driver's error */
export async function noteRetry(database: Database, seq: number): Promise<void> {
  await database.query(NOTE_RETRY, [seq]);
}

/** One transaction on the parked events of a partition, under its lease. The transaction ends the lease. */
export class ParkedTransaction {
  private constructor(
    private readonly client: PoolClient,
    private readonly lease: Lease,
  ) {}

  /**
   * @throws AppError PROJECTION.CHECKPOINT_CONFLICT when another owner has the partition
   * @throws what `work` throws, or the driver's error; nothing was done then
   */
  static run<T>(
    database: Database,
    lease: Lease,
    work: (parked: ParkedTransaction) => Promise<T>,
  ): Promise<T> {
    const { partition, seq, epoch } = lease;
    return database.withClient(async (client) => {
      await client.query('BEGIN');
      const { rowCount } = await client.query(FENCE, [partition, seq, epoch]);
      if (rowCount !== 1)
        throw new AppError('PROJECTION.CHECKPOINT_CONFLICT', `partition ${partition} has another owner`);
      const result = await work(new ParkedTransaction(client, lease));
      await client.query('COMMIT');
      return result;
    });
  }

  /** The keys of all parked events of the partition, in the order of the log. */
  async keys(): Promise<{ seq: number; keys: string[] }[]> {
    const { rows } = await this.client.query<{ seq: number; keys: string[] }>(
      'SELECT stream_seq AS seq, keys FROM parked WHERE "partition" = $1 ORDER BY stream_seq',
      [this.lease.partition],
    );
    return numbered(rows);
  }

  async load(seq: number): Promise<ParkedPayload> {
    const { rows } = await this.client.query<ParkedPayload>(
      'SELECT stream_seq AS seq, subject, keys, code, message, payload FROM parked WHERE stream_seq = $1',
      [seq],
    );
    return numbered(rows)[0]!;
  }

  /** Removes the event and records who skipped it. */
  async skip({ seq, by, why }: SkippedBy): Promise<void> {
    await this.client.query(SKIP, [seq, by, why]);
  }

  /** Leaves the event parked and records the current reason. */
  async keep(seq: number, code: string, message: string): Promise<void> {
    await this.client.query('UPDATE parked SET code = $2, message = $3 WHERE stream_seq = $1', [
      seq,
      code,
      message,
    ]);
  }

  /**
   * Applies the event to the rows, at its own position in the log, and removes it from `parked`. The heads of the affected feeds
   * move to the checkpoint without a change, which is a hole for their clients: see ADR 13.
   * @throws UnprojectableError, or the driver's error; when the data is at fault, earlier work of the transaction remains
   */
  async apply(seq: number, ops: RowOp[]): Promise<void> {
    const events = [{ seq, ops }];
    const reads = readsFor(events);
    const statements = [{ text: 'SAVEPOINT event' }, ...reads.map((read) => read.statement)];
    try {
      const [, ...answers] = (await pipelined(this.client, statements)) as [QueryResult, ...QueryResult[]];
      const asOfNow = { muted: true, headSeq: this.lease.seq };
      const { writes } = computeWrites(events, loadedRows(reads, answers), asOfNow);
      await pipelined(this.client, [
        ...writes,
        { text: 'DELETE FROM parked WHERE stream_seq = $1', values: [seq] },
        { text: 'RELEASE SAVEPOINT event' },
      ]);
    } catch (error) {
      await this.client.query('ROLLBACK TO SAVEPOINT event');
      throw error;
    }
  }
}

/** The driver returns bigint as text. */
const numbered = <Row extends { seq: number }>(rows: Row[]): Row[] =>
  rows.map((row) => ({ ...row, seq: Number(row.seq) }));
