import type { PoolClient } from 'pg';
import type { Database } from './database.js';

const HOUR_MS = 3_600_000;
/** Number of hours for which partitions are created in advance. */
const HOURS_AHEAD = 3;
/** Short, because writers queue behind a lock that waits for a long reader; a later attempt succeeds. */
const LOCK_TIMEOUT_MS = 2_000;

export interface Maintenance {
  created: string[];
  dropped: string[];
}

/**
 * Creates the hourly partitions of `changes` in advance, and drops those whose rows are all past the retention. An hour with
 * rows in the default partition gets no partition: a query planned before a partition is attached would not see rows that
 * were moved into it.
 */
export class ChangePartitions {
  constructor(
    private readonly database: Database,
    private readonly retentionHours: number,
  ) {}

  /**
   * Creates the missing partitions and drops the old ones at `nowMs`, unless another process is doing so. It uses two
   * transactions, so that a reader, which locks all partitions, may prevent the drop but not the creation.
   * @throws the driver's error, for example when a lock was not granted in time; that transaction has no effect then
   */
  async maintain(nowMs: number): Promise<Maintenance> {
    const created = await this.maintainExclusively((client) => this.create(client, nowMs));
    const dropped = await this.maintainExclusively((client) => this.drop(client, nowMs));
    return { created, dropped };
  }

  private async maintainExclusively(work: (client: PoolClient) => Promise<string[]>): Promise<string[]> {
    return this.database.withClient(async (client) => {
      await client.query('BEGIN');
      const names = (await this.mayMaintain(client)) ? await work(client) : [];
      await client.query('COMMIT');
      return names;
    });
  }

  private async mayMaintain(client: PoolClient): Promise<boolean> {
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    const { rows } = await client.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.changes')) AS locked`,
    );
    return rows[0]!.locked;
  }

  private async create(client: PoolClient, nowMs: number): Promise<string[]> {
    const existing = new Set(await partitionNames(client));
    const missing = hoursAfter(nowMs).filter((hourMs) => !existing.has(nameOf(hourMs)));
    // Otherwise the row of a writer that has already chosen the default partition would violate its new constraint.
    if (missing.length > 0) await client.query('LOCK TABLE changes IN SHARE ROW EXCLUSIVE MODE');
    const created: string[] = [];
    for (const hourMs of missing) if (await createPartition(client, hourMs)) created.push(nameOf(hourMs));
    return created;
  }

  private async drop(client: PoolClient, nowMs: number): Promise<string[]> {
    const cutoffMs = nowMs - this.retentionHours * HOUR_MS;
    const old = (await partitionNames(client)).filter((name) => hourOf(name) + HOUR_MS <= cutoffMs);
    for (const name of old) await client.query(`DROP TABLE ${name}`);
    await client.query('DELETE FROM changes_default WHERE committed_at < $1', [new Date(cutoffMs)]);
    return old;
  }
}

/** Returns false when the hour already has rows in the default partition. */
async function createPartition(client: PoolClient, hourMs: number): Promise<boolean> {
  const name = nameOf(hourMs);
  const [from, to] = [hourMs, hourMs + HOUR_MS].map((ms) => `'${new Date(ms).toISOString()}'`);
  const begun = await client.query(
    `SELECT FROM changes_default WHERE committed_at >= ${from} AND committed_at < ${to} LIMIT 1`,
  );
  if (begun.rowCount !== 0) return false;
  await client.query(`CREATE TABLE ${name} (LIKE changes INCLUDING DEFAULTS INCLUDING INDEXES)`);
  await client.query(`ALTER TABLE changes ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`);
  return true;
}

async function partitionNames(client: PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT child.relname AS name FROM pg_inherits
     JOIN pg_class child ON child.oid = inhrelid
     WHERE inhparent = 'changes'::regclass AND child.relname ~ '^changes_[0-9]{10}$' ORDER BY 1`,
  );
  return rows.map((row) => row.name);
}

function hoursAfter(nowMs: number): number[] {
  const thisMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  return Array.from({ length: HOURS_AHEAD }, (_, i) => thisMs + (i + 1) * HOUR_MS);
}

/** `changes_<year><month><day><hour>`, UTC. */
const nameOf = (hourMs: number): string =>
  `changes_${new Date(hourMs).toISOString().slice(0, 13).replace(/\D/g, '')}`;

function hourOf(name: string): number {
  const [, year, month, day, hour] = /^changes_(\d{4})(\d\d)(\d\d)(\d\d)$/.exec(name)!;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
}
