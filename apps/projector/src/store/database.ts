import { AppError } from '@discord-relay/contracts';
import { createReadModelPool, explainPostgresError } from '@discord-relay/read-model';
import type { Logger } from '@discord-relay/platform';
import pg from 'pg';
import { CopyRows } from './copy-rows.js';
import { isDataError } from './data-error.js';

export interface DatabaseOptions {
  url: string;
  schema: string;
  applicationName: string;
  poolSize: number;
  /**
   * How long a transaction may be idle: a process that is suspended during a transaction must not prevent the next owner
   * from claiming its partition.
   */
  idleInTransactionMs: number;
}

/** A query without an answer after this time has lost its connection. */
const QUERY_TIMEOUT_MS = 30_000;

/** Idle transactions of projectors end before this and release their locks, so a longer lock belongs to another program. */
const LOCK_MARGIN_MS = 2_000;

/**
 * Disables sequential scans: every query here looks rows up by key. A plan is made once per connection, perhaps while a table is
 * empty, and the best plan for an empty table, a sequential scan, would remain in use while the table grows.
 */
const BY_KEY = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
};

/** One statement; with a `name`, Postgres keeps its plan for the connection. */
export type Statement = pg.QueryConfig | CopyRows;

/** The connections to one schema. It remembers whether their last use succeeded. */
export class Database {
  private readonly pool: pg.Pool;
  private failure: string | null = 'not connected yet';

  constructor(
    options: DatabaseOptions,
    private readonly logger: Logger,
  ) {
    this.pool = createReadModelPool({
      ...options,
      pipeline: true,
      queryTimeoutMs: QUERY_TIMEOUT_MS,
      settings: { ...BY_KEY, lock_timeout: String(options.idleInTransactionMs + LOCK_MARGIN_MS) },
      onLost: (error) => this.failed(error),
    });
  }

  /** Why Postgres is not available; null while it answers. */
  get unavailable(): string | null {
    return this.failure;
  }

  /**
   * Runs `work` on a connection. The connection is reused after an error that concerns only the data or the ownership, and
   * closed after any other.
   * @throws what `work` throws, or the driver's error when no connection can be opened
   */
  async withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.connect();
    let broken = false;
    try {
      const result = await work(client);
      this.failure = null;
      return result;
    } catch (error) {
      broken = !isApplicationError(error) || !(await isRolledBack(client));
      if (broken) this.failed(error as Error);
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return this.withClient(async (client) => (await client.query<Row>(text, values)).rows);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async connect(): Promise<pg.PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      this.failed(error as Error);
      throw error;
    }
  }

  private failed(error: Error): void {
    if (this.failure === null) this.logger.warn({ err: error }, 'Postgres connection failed');
    this.failure = (explainPostgresError(error) as Error).message;
  }
}

const isApplicationError = (error: unknown): boolean => error instanceof AppError || isDataError(error);

const isRolledBack = (client: pg.PoolClient): Promise<boolean> =>
  client.query('ROLLBACK').then(
    () => true,
    () => false,
  );

/**
 * Sends the statements in one round trip, without waiting for answers in between. All of them have been answered when it
 * resolves or rejects.
 * @throws the error of the first statement that failed; Postgres has not executed the later ones of the transaction
 */
export async function pipelined(client: pg.PoolClient, statements: Statement[]): Promise<pg.QueryResult[]> {
  const answers = await Promise.allSettled(
    inOneWrite(client, () => statements.map((statement) => send(client, statement))),
  );
  return answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  });
}

/** What `work` sends leaves in one write to the socket: with a write for each message, Postgres wakes up for each of them. */
function inOneWrite<T>(client: pg.PoolClient, work: () => T): T {
  const { stream } = (client as unknown as { connection: pg.Connection }).connection;
  stream.cork();
  try {
    return work();
  } finally {
    stream.uncork();
  }
}

function send(client: pg.PoolClient, statement: Statement): Promise<pg.QueryResult> {
  if (!(statement instanceof CopyRows)) return client.query(statement);
  client.query(statement);
  return statement.completed;
}
