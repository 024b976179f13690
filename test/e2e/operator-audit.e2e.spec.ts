import { userInfo } from 'node:os';
import { openTestPool, until } from '@discord-relay/local-stack';
import { listProjections } from '@discord-relay/read-model';
import { appendEvents } from '../../apps/projector/src/testing/append-events.js';
import { created } from '../../apps/projector/src/testing/events.js';
import { createLog, createProjector, withProjectorStack } from '../support/stacks/projector-stack.js';
import { relayWith } from '../support/clients/relay-cli.js';

const PARTITIONS = 2;

describe('the audit log', () => {
  it('the audit log names the operator and the target of a rebuild, a switch, a rollback and a removal, each once', async () => {
    await withProjectorStack(async (stack) => {
      await createLog(stack.connection, PARTITIONS);
      await appendEvents(stack.connection, [created(1)], PARTITIONS);
      const projectors = [await createProjector(stack, 'one'), await createProjector(stack, 'two')];
      const db = openTestPool(stack.postgres.url, 1);
      try {
        for (const projector of projectors) projector.start();
        await Promise.all(projectors.map((projector) => projector.ready()));
        const projections = async (...args: string[]) => {
          const env = { NATS_URL: stack.nats.url, DATA_DIR: stack.dir };
          const answer = await relayWith(env, ['projections', ...args]);
          expect(answer).toMatchObject({ code: 0, stderr: '' });
        };
        const reached = (expected: string) =>
          until(expected, 60_000, async () => {
            const states = (await listProjections(db)).map(({ version, state }) => `${version} ${state}`);
            return states.join() === expected || undefined;
          });
        await projections('rebuild');
        await reached('1 active,2 ready');
        await projections('switch', '--version', '2');
        await projections('rollback');
        await reached('1 active,2 retired');
        await projections('drop', '2');
        const { rows } = await db.query(
          'SELECT action, actor, target, code, count FROM relay.audit ORDER BY id',
        );
        const done = { actor: `cli:${userInfo().username}`, code: null, count: 1 };
        expect(rows).toEqual([
          { action: 'projection.rebuild_started', target: 'projection', ...done },
          { action: 'projection.switched', target: 'projection 2', ...done },
          { action: 'projection.rolled_back', target: 'projection', ...done },
          { action: 'projection.dropped', target: 'projection 2', ...done },
        ]);
      } finally {
        await Promise.all(projectors.map((projector) => projector.stop()));
        await db.end();
      }
    });
  }, 180_000);
});
