import type pg from 'pg';
import { Database } from '../store/index.js';

/** The fate of the next COMMIT: the process dies before it, or its response is lost after it. */
export type Fault = 'before_commit' | 'answer_lost';

/** A real database whose connection fails at the worst moments. */
export class FaultyDatabase extends Database {
  nextFault: Fault | null = null;

  override withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return super.withClient((client) => work(this.faulty(client)));
  }

  private faulty(client: pg.PoolClient): pg.PoolClient {
    const query = async (statement: pg.QueryConfig, values?: unknown[]) => {
      const fault = statement.text === 'COMMIT' ? this.nextFault : null;
      if (fault) this.nextFault = null;
      if (fault === 'before_commit') throw new Error('the process died');
      const answer = await client.query(statement, values);
      if (fault === 'answer_lost') throw new Error('the answer was lost');
      return answer;
    };
    return new Proxy(client, { get: (target, key) => (key === 'query' ? query : Reflect.get(target, key)) });
  }
}
