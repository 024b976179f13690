import { AppError } from '@discord-relay/contracts';
import { createReadModelPool, explained } from '@discord-relay/read-model';
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
   * How long a transaction may be silent: a process that was paused in the middle of one must not keep the next owner
   * of its partition from claiming it.
   */
  idleInTransactionMs: number;
}

/** An answer that takes longer will not come: the network swallowed it. */
const QUERY_TIMEOUT_MS = 30_000;

/** A transaction that is silent ends in time, and gives back its locks: one that is held longer is somebody else's. */
const LOCK_MARGIN_MS = 2_000;

/**
 * Everything here is found by its key. Plans are made once for a connection, perhaps while a table is still empty: what
 * is best for that, reading all of it, would stay the plan while it grows, until Postgres happens to analyze it.
 */
const BY_KEY = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
};

/** One statement; `name` lets Postgres keep its plan for the connection. */
export type Statement = pg.QueryConfig | CopyRows;

/** The connections to one projection's schema. It knows whether the last use of them worked. */
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

  /** null while Postgres answers. */
  get unavailable(): string | null {
    return this.failure;
  }

  /**
   * Runs `work` on a connection of its own. A connection that broke is not used again; one on which only the data or
   * another owner were in the way is.
   * @throws what `work` throws, or the driver's error when there is no connection to be had
   */
  async withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.connect();
    let broken = false;
    try {
      const result = await work(client);
      this.failure = null;
      return result;
    } catch (error) {
      broken = !isOfTheWork(error) || !(await isRolledBack(client));
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
    if (this.failure === null) this.logger.warn({ err: error }, 'postgres connection failed');
    this.failure = (explained(error) as Error).message;
  }
}

const isOfTheWork = (error: unknown): boolean => error instanceof AppError || isDataError(error);

const isRolledBack = (client: pg.PoolClient): Promise<boolean> =>
  client.query('ROLLBACK').then(
    () => true,
    () => false,
  );

/**
 * Sends statements one after the other without waiting for answers: one round trip. All have been answered when it
 * returns or throws.
 * @throws the first statement's error that failed; Postgres has then not executed those after it in the transaction
 */
export async function pipelined(client: pg.PoolClient, statements: Statement[]): Promise<pg.QueryResult[]> {
  const answers = await Promise.allSettled(statements.map((statement) => send(client, statement)));
  return answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  });
}

function send(client: pg.PoolClient, statement: Statement): Promise<pg.QueryResult> {
  if (!(statement instanceof CopyRows)) return client.query(statement);
  client.query(statement);
  return statement.taken;
}
