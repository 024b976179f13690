import { RELAY_SCHEMA } from '@discord-relay/read-model';
import { Database } from '../store/index.js';
import { eventually } from '../testing/eventually.js';
import { Harness } from '../testing/harness.js';
import { silent } from '../testing/logger.js';
import { OperatorAudit } from './operator-audit.js';

describe('OperatorAudit', () => {
  let harness: Harness;
  let database: Database;
  let audit: OperatorAudit;
  beforeAll(async () => {
    harness = await Harness.start();
    await harness.createLog();
    const projector = harness.project();
    await eventually('migrated', () => projector.health.ready());
    const options = {
      schema: RELAY_SCHEMA,
      applicationName: 'test',
      poolSize: 8,
      idleInTransactionMs: 10_000,
    };
    database = new Database({ url: harness.database.url, ...options }, silent);
    audit = new OperatorAudit(database, silent);
  });
  afterAll(async () => {
    await database.close();
    await harness.stop();
  });

  const rows = () =>
    harness.rows(
      'SELECT action, actor, target, code, request_id AS id FROM relay.audit ORDER BY relay.audit.id',
    );

  it('the audit log has a command once, however many projectors executed it', async () => {
    const pause = { command: 'pause', by: 'cli:ann', requestId: 'one', input: {}, code: undefined };
    await Promise.all(Array.from({ length: 8 }, () => audit.record(pause)));
    expect(await rows()).toEqual([
      { action: 'partition.paused', actor: 'cli:ann', target: 'all partitions', code: null, id: 'one' },
    ]);
  });

  it('the audit log has refused and anonymous requests, and no reading commands', async () => {
    const request = { by: undefined, input: { seq: 7, version: 2 }, code: 'PROJECTION.BUSY' };
    for (const command of [
      'parked.skip',
      'parked.retry',
      'projections.switch',
      'projections.drop',
      'projections.list',
    ])
      await audit.record({ ...request, command, requestId: command });
    expect((await rows()).slice(1)).toMatchObject([
      { action: 'parked.skipped', actor: null, target: 'event 7', code: 'PROJECTION.BUSY' },
      { action: 'parked.retried', target: 'event 7' },
      { action: 'projection.switched', target: 'projection 2' },
      { action: 'projection.dropped', target: 'projection 2' },
    ]);
  });

  it('the audit log accepts text that Postgres or a log line would not accept', async () => {
    const by = `cli:a\0b\n${'x'.repeat(500)}`;
    await audit.record({ command: 'resume', by, requestId: 'odd', input: { partition: 3 }, code: undefined });
    const last = (await rows()).at(-1) as { actor: string };
    expect(last).toMatchObject({ action: 'partition.resumed', target: 'partition 3' });
    expect(last.actor).toHaveLength(200);
  });
});
