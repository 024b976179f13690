import { commandSubject } from '@discord-relay/contracts';
import type { StatusReport } from '@discord-relay/platform';
import { openTestPool, type ServiceProcess, until } from '@discord-relay/local-stack';
import { requestProjector } from '../../apps/cli/src/services/projector-request.js';
import { runOnProjector } from '../../apps/cli/src/commands/rebuild.js';
import { appendEvents } from '../../apps/projector/src/testing/append-events.js';
import { searchable } from '../../apps/projector/src/testing/searchable.js';
import { AT, created, edited } from '../../apps/projector/src/testing/events.js';
import { createLog, createProjector, withProjectorStack } from '../support/stacks/projector-stack.js';
import { untilOlder } from '../support/processes/older-process.js';

const WAIT = { waitMs: 10_000 };

describe('relay and the projectors', () => {
  it('`relay` pauses and resumes projectors, lists projections and runs the log doctor', async () => {
    await withProjectorStack(async (stack) => {
      await createLog(stack.connection, 2);
      const projector = await createProjector(stack);
      projector.start();
      await projector.ready();
      const config = { NATS_URL: stack.nats.url };
      expect(await requestProjector(config, 'projections.list', {}, WAIT)).toMatchObject([
        { version: 1, state: 'active' },
      ]);
      expect(await requestProjector(config, 'pause', { partition: 1 }, WAIT)).toEqual({ paused: [1] });
      expect(await requestProjector(config, 'resume', {}, WAIT)).toEqual({ paused: [] });
      const doctor = () => requestProjector(config, 'projections.doctor', {}, WAIT);
      await until(
        'both projected again',
        20_000,
        async () =>
          (await doctor()).partitions.every(
            ({ owner, finding }) => owner === 'projector' && finding === 'fine',
          ) || undefined,
      );
      expect((await doctor()).partitions.map(({ partition }) => partition)).toEqual([0, 1]);
      await expect(requestProjector(config, 'pause', { partition: 2 }, WAIT)).rejects.toMatchObject({
        code: 'REQUEST.NOT_FOUND',
      });
      const db = openTestPool(stack.postgres.url, 1);
      const { rows: audit } = await db.query<{ action: string; actor: string; target: string; code: string }>(
        'SELECT action, actor, target, code FROM relay.audit ORDER BY id',
      );
      await db.end();
      const actor = expect.stringMatching(/^cli:./) as string;
      expect(audit).toEqual([
        { action: 'partition.paused', actor, target: 'partition 1', code: null },
        { action: 'partition.resumed', actor, target: 'all partitions', code: null },
        { action: 'partition.paused', actor, target: 'partition 2', code: 'REQUEST.NOT_FOUND' },
      ]);
      const refusal = async (command: string, body: string) => {
        const reply = await stack.connection.request(commandSubject('projector', command), body, {
          timeout: 10_000,
        });
        return reply.json<{ response: { error: { code: string } } }>().response.error.code;
      };
      expect(await refusal('pause', '{"half":')).toBe('REQUEST.INVALID');
      expect(await refusal('explode', '{}')).toBe('REQUEST.NOT_FOUND');
      await projector.stop();
    });
  });

  it('a second projector with the same name is refused until the first one has ended', async () => {
    await withProjectorStack(async (stack) => {
      await createLog(stack.connection, 2);
      const first = await createProjector(stack, 'same');
      const second = await createProjector(stack, 'same');
      const readiness = async ({ url }: ServiceProcess) =>
        (await (await fetch(`${url}/api/ready`)).json()) as StatusReport;
      first.start();
      await first.ready();
      await untilOlder(first);
      second.start();
      await until(
        'refused',
        30_000,
        async () => (await readiness(second)).checks.instance?.ok === false || undefined,
      );
      expect((await readiness(second)).checks.instance!.detail).toMatch(/named same: .*INSTANCE_ID/);
      await until(
        'the first states it, too',
        30_000,
        async () => (await readiness(first)).checks.instance?.problem !== undefined || undefined,
      );
      const messages = Array.from({ length: 300 }, (_, i) => created(i + 1));
      await appendEvents(stack.connection, messages, 2);
      const db = openTestPool(stack.postgres.url, 2);
      const count = async (table: string) =>
        (await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM projection_v1.${table}`)).rows[0]!.n;
      await until('projected', 20_000, async () => (await count('messages')) === 300 || undefined);
      const epochs = await db.query<{ epoch: string }>('SELECT epoch FROM projection_v1.checkpoints');
      expect(epochs.rows.map(({ epoch }) => epoch)).toEqual(['1', '1']);
      await first.kill();
      await until('the second takes over', 30_000, () => second.ready().then(() => true));
      await appendEvents(stack.connection, [created(301)], 2);
      await until('projected', 20_000, async () => (await count('messages')) === 301 || undefined);
      expect(await count('parked')).toBe(0);
      await second.stop();
      await db.end();
    });
  }, 120_000);

  it('a projector that was paused past its lease is fenced off: its late commit is rejected', async () => {
    await withProjectorStack(async (stack) => {
      await createLog(stack.connection, 1);
      const env = { LEASE_MS: '1500' };
      const [sleeper, other] = [
        await createProjector(stack, 'sleeper', env),
        await createProjector(stack, 'z-other', env),
      ];
      sleeper.start();
      await sleeper.ready();
      const db = openTestPool(stack.postgres.url, 2);
      const owner = async () =>
        (
          await db.query<{ name: string }>(
            `SELECT split_part(owner, '#', 1) AS name FROM projection_v1.checkpoints`,
          )
        ).rows[0]?.name;
      await until('the first owns', 20_000, async () => (await owner()) === 'sleeper' || undefined);
      sleeper.signal('SIGSTOP');
      other.start();
      await other.ready();
      await until('taken over', 20_000, async () => (await owner()) === 'z-other' || undefined);
      const messages = Array.from({ length: 300 }, (_, i) => created(i + 1));
      await appendEvents(stack.connection, messages, 1);
      // Its log consumer has those events waiting in its socket, and gets them when it wakes up.
      sleeper.signal('SIGCONT');
      await until(
        'the late commit is refused',
        20_000,
        async () => (await conflicts(sleeper)) > 0 || undefined,
      );
      await until('projected', 20_000, async () => {
        const { rows } = await db.query<{ n: number }>(
          'SELECT count(*)::int AS n FROM projection_v1.messages',
        );
        return rows[0]!.n === 300 || undefined;
      });
      const { rows } = await db.query<{ n: number; seqs: number }>(
        'SELECT count(*)::int AS n, count(DISTINCT seq)::int AS seqs FROM projection_v1.changes',
      );
      expect(rows).toEqual([{ n: 300, seqs: 300 }]);
      await db.end();
      await Promise.all([sleeper.stop(), other.stop()]);
    });
  });
});

/** Blocks the insertion of one message, so that the test knows when it is being handled. */
const BLOCK_INSERT = (id: string) => `
  CREATE FUNCTION block_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
  CREATE TRIGGER block_insert BEFORE INSERT ON projection_v1.messages FOR EACH ROW WHEN (NEW.id = ${id}) EXECUTE FUNCTION block_insert()`;
const FROM_BLOCKED_SESSIONS = `FROM pg_stat_activity WHERE wait_event = 'PgSleep'`;

it('the projector parks an event that has ended five processes, and continues', async () => {
  await withProjectorStack(async (stack) => {
    await createLog(stack.connection, 1);
    const projector = await createProjector(stack);
    const db = openTestPool(stack.postgres.url, 2);
    projector.start();
    await projector.ready();
    await searchable(async (text) => (await db.query<{ valid: boolean }>(text)).rows);
    await db.query(BLOCK_INSERT('3'));
    const said = [1, 2, 3, 4, 5].map((each) => created(each));
    await appendEvents(stack.connection, [...said, edited(3, 'later', AT), edited(4, 'later', AT)], 1);
    for (let crashCount = 1; crashCount <= 5; crashCount++) {
      await until(
        'the blocked insert',
        30_000,
        async () => (await db.query(`SELECT ${FROM_BLOCKED_SESSIONS}`)).rowCount === 1 || undefined,
      );
      await projector.kill();
      await db.query(`SELECT pg_terminate_backend(pid) ${FROM_BLOCKED_SESSIONS}`);
      expect((await db.query('SELECT FROM projection_v1.parked')).rowCount).toBe(0);
      projector.start();
    }
    const checkpoint = async () => {
      const { rows } = await db.query('SELECT seq::int, suspect FROM projection_v1.checkpoints');
      return rows[0] as { seq: number; suspect: boolean };
    };
    await until('the end of the log', 30_000, async () => (await checkpoint()).seq === 7 || undefined);
    await until('normal operation', 10_000, async () => !(await checkpoint()).suspect || undefined);
    const parked = await db.query('SELECT stream_seq::int AS seq, code FROM projection_v1.parked ORDER BY 1');
    expect(parked.rows).toEqual([
      { seq: 3, code: 'PROCESS_KILLED' },
      { seq: 6, code: 'FOLLOWS' },
    ]);
    const { rows } = await db.query('SELECT id, content FROM projection_v1.messages ORDER BY id');
    expect(rows.map((row: { id: string }) => row.id)).toEqual(['1', '2', '4', '5']);
    await db.end();
    await projector.stop();
  });
}, 120_000);

it('a retry of a poison event risks one process, and only if the event itself is named', async () => {
  await withProjectorStack(async (stack) => {
    await createLog(stack.connection, 1);
    const projector = await createProjector(stack, 'projector', { LEASE_MS: '1500' });
    const db = openTestPool(stack.postgres.url, 2);
    const sql = async (text: string) => (await db.query<Record<string, unknown>>(text)).rows;
    const blocked = () =>
      until(
        'the blocked insert',
        30_000,
        async () => (await sql(`SELECT 1 ${FROM_BLOCKED_SESSIONS}`)).length || undefined,
      );
    const crash = async () => {
      await projector.kill();
      await sql(`SELECT pg_terminate_backend(pid) ${FROM_BLOCKED_SESSIONS}`);
    };
    const projectedTo = (seq: number) =>
      until('projected', 30_000, async () => {
        const [row] = await sql('SELECT seq::int, suspect FROM projection_v1.checkpoints');
        return ((row?.seq as number) >= seq && !row?.suspect) || undefined;
      });
    projector.start();
    await projector.ready();
    await searchable(async (text) => (await db.query<{ valid: boolean }>(text)).rows);
    await db.query(BLOCK_INSERT('2'));
    await appendEvents(stack.connection, [created(1), created(2), edited(2, 'later', AT)], 1);
    for (let crashCount = 1; crashCount <= 5; crashCount++) {
      await blocked();
      await crash();
      projector.start();
    }
    await projectedTo(3);

    const config = { NATS_URL: stack.nats.url };
    const retry = (seq: number) => runOnProjector(config, 'parked.retry', { seq }, undefined);
    const unanswered = retry(2);
    const refused = expect(unanswered).rejects.toThrow(/projector projector ended while it worked on this/);
    await blocked();
    await crash();
    projector.start();
    await projector.ready();
    const [seq] = await appendEvents(stack.connection, [created(3)], 1);
    await projectedTo(seq!);
    await refused;
    expect(await sql(`SELECT 1 ${FROM_BLOCKED_SESSIONS}`)).toEqual([]);
    const parked = () =>
      sql('SELECT stream_seq::int AS seq, code, message FROM projection_v1.parked ORDER BY 1');
    expect(await parked()).toMatchObject([
      {
        seq: 2,
        code: 'PROCESS_KILLED',
        message: expect.stringMatching(/^5 processes.*tried again at 20/) as string,
      },
      { seq: 3, code: 'FOLLOWS' },
    ]);

    // Retrying a follower risks nothing: otherwise it would wait forever.
    expect(await retry(3)).toMatchObject({ applied: 0, kept: 2, failures: [{ seq: 2 }] });
    await sql('DROP FUNCTION block_insert CASCADE');
    expect(await retry(2)).toEqual({ applied: 2, kept: 0, failures: [], moreFailures: 0 });
    expect(await parked()).toEqual([]);
    expect(await sql('SELECT content FROM projection_v1.messages WHERE id = 2')).toEqual([
      { content: 'later' },
    ]);
    await db.end();
    await projector.stop();
  });
}, 180_000);

async function conflicts(service: ServiceProcess): Promise<number> {
  const page = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^relay_projector_fence_conflicts_total\S* (\d+)/m.exec(page)?.[1] ?? 0);
}
