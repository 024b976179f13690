import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestClient, PostgresServer, until } from '@discord-relay/local-stack';

const STANDBY = 'standby';
/** What the standby may need before it streams. */
const SETTINGS = { wal_keep_size: '1GB' };
const OPTIONS = { maxConnections: 200, settings: SETTINGS };
const STREAMING_MS = 60_000;

/**
 * A primary that waits for its streaming standby before it acknowledges a commit. The pair does what a manager of a cluster would:
 * it promotes the standby, and makes a new standby of a former primary.
 */
export class PostgresPair {
  private constructor(
    private readonly dirs: Map<PostgresServer, string>,
    private primary: PostgresServer,
    private standby: PostgresServer,
  ) {}

  static async start(dir: string): Promise<PostgresPair> {
    const [one, two] = [join(dir, 'postgres-1'), join(dir, 'postgres-2')];
    const primary = await PostgresServer.start({ ...OPTIONS, dir: one, password: 'relay' });
    const standby = await PostgresServer.startStandby(primary, { ...OPTIONS, dir: two });
    const pair = new PostgresPair(
      new Map([
        [primary, one],
        [standby, two],
      ]),
      primary,
      standby,
    );
    await pair.waitForStandby();
    return pair;
  }

  /** For `DATABASE_URL`; the order of the servers says nothing about their roles. */
  get url(): string {
    const [one, two] = [...this.dirs.keys()].toSorted((a, b) => a.port - b.port);
    return one!.url.replace(`:${one!.port}/`, `:${one!.port},127.0.0.1:${two!.port}/`);
  }

  get primaryUrl(): string {
    return this.primary.url;
  }

  /** Kills the primary, and promotes the standby after a while. */
  async failOver(afterMs: number): Promise<void> {
    await this.primary.kill();
    await sleep(afterMs);
    await this.standby.promote();
    [this.primary, this.standby] = [this.standby, this.primary];
  }

  /** Makes a standby of the server that was killed. */
  async repair(): Promise<void> {
    const { port } = this.standby;
    const dir = this.dirs.get(this.standby)!;
    this.dirs.delete(this.standby);
    this.standby = await PostgresServer.startStandby(this.primary, { ...OPTIONS, dir, port });
    this.dirs.set(this.standby, dir);
    await this.waitForStandby();
  }

  async stop(): Promise<void> {
    // The standby last: a primary that stops waits until its standby has everything.
    await this.primary.stop();
    await this.standby.stop();
  }

  /** From now on, every commit waits until the standby has it. */
  private async waitForStandby(): Promise<void> {
    await this.primary.configure({ synchronous_standby_names: STANDBY });
    const client = await openTestClient(this.primary.url);
    try {
      await until('the standby to be synchronous', STREAMING_MS, async () => {
        const { rowCount } = await client.query(`SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`);
        return rowCount === 1 || undefined;
      });
    } finally {
      await client.end();
    }
  }
}
