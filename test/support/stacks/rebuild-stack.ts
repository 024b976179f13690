import { commandSubject, type ProjectionCommands } from '@discord-relay/contracts';
import { openTestPool, type ServiceProcess, until } from '@discord-relay/local-stack';
import { listProjections } from '@discord-relay/read-model';
import { createInbox } from '@nats-io/transport-node';
import type pg from 'pg';
import { appendEvents } from '../../../apps/projector/src/testing/append-events.js';
import { created, id } from '../../../apps/projector/src/testing/events.js';
import { requestProjector } from './request-projector.js';
import { createLog, createProjector, type ProjectorStack, withProjectorStack } from './projector-stack.js';

const PARTITIONS = 2;
const OTHER_GUILD = { guildId: id(101), channelId: id(300) };
const DEADLINE_MS = 60_000;
/** A short poll interval, because a build of so few events is soon over. */
const SHORT_POLL_MS = 10;
/** A killed projector's leases, and those of its switch, expire soon. */
const ENV = { LEASE_MS: '1500' };

/** One projector with a log, whose rebuilds can be interrupted at a chosen point. */
export class RebuildStack {
  private appended = 0;

  private constructor(
    private readonly stack: ProjectorStack,
    readonly projector: ServiceProcess,
    private readonly db: pg.Pool,
  ) {}

  static async with(work: (stack: RebuildStack) => Promise<void>): Promise<void> {
    await withProjectorStack(async (stack) => {
      await createLog(stack.connection, PARTITIONS);
      const projector = await createProjector(stack, 'projector', ENV);
      const db = openTestPool(stack.postgres.url, 3);
      projector.start();
      try {
        await projector.ready();
        await work(new RebuildStack(stack, projector, db));
      } finally {
        await projector.stop();
        await db.end();
      }
    });
  }

  /** Messages of two guilds, one in each partition. */
  async append(count: number): Promise<void> {
    const events = Array.from({ length: count }, () => {
      this.appended += 1;
      return created(this.appended, this.appended % 2 ? OTHER_GUILD : {});
    });
    await appendEvents(this.stack.connection, events, PARTITIONS);
  }

  request<N extends keyof ProjectionCommands>(command: N): Promise<ProjectionCommands[N]['result']> {
    return requestProjector(this.stack.nats.url, command);
  }

  async projected(version: number, messages: number): Promise<void> {
    await until(`${messages} messages in ${version}`, DEADLINE_MS, async () => {
      const { rows } = await this.db.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM projection_v${version}.messages`,
      );
      return rows[0]!.n === messages || undefined;
    });
  }

  /** Waits until the projections are in these states, such as `1 active`. */
  async reached(...expected: string[]): Promise<void> {
    await until(expected.join(', '), DEADLINE_MS, async () => {
      const states = (await listProjections(this.db)).map(({ version, state }) => `${version} ${state}`);
      return states.join() === expected.join() || undefined;
    });
  }

  /** Kills the projector while its build has some of the events and waits for a lock; returns their number. */
  async killWhileBuilding(version: number, events: number): Promise<number> {
    return until(
      'some of the build',
      DEADLINE_MS,
      () =>
        this.inTransaction(async (client) => {
          const { rows } = await client.query<{ seq: string }>(
            `SELECT seq FROM projection_v${version}.checkpoints FOR UPDATE`,
          );
          const reached = rows.reduce((sum, { seq }) => Math.max(sum, Number(seq)), 0);
          if (reached === 0) return undefined;
          if (reached >= events) throw new Error('the build was over before it could be interrupted');
          await this.projector.kill();
          return reached;
        }),
      SHORT_POLL_MS,
    );
  }

  /** Kills the projector when it has moved the epochs and is about to change the active projection. */
  async killWhileSwitching(version: number): Promise<void> {
    await this.inTransaction(async (client) => {
      await client.query('SELECT FROM relay.projections WHERE version = $1 FOR UPDATE', [version]);
      this.requestSwitch();
      await until('the switch waits', DEADLINE_MS, async () => {
        const { rows } = await this.db.query(
          `SELECT FROM pg_stat_activity WHERE application_name LIKE '%/admin' AND wait_event_type = 'Lock'`,
        );
        return rows.length > 0 || undefined;
      });
      await this.projector.kill();
    });
  }

  /** Does not wait for the answer, because there will be none. */
  private requestSwitch(): void {
    const subject = commandSubject('projector', 'projections.switch');
    const request = JSON.stringify({ pattern: subject, data: { input: {} }, id: 'test' });
    this.stack.connection.publish(subject, request, { reply: createInbox() });
  }

  private async inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.db.connect();
    try {
      await client.query('BEGIN');
      return await work(client);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }
}
