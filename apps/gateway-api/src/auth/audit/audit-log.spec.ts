import { Registry } from 'prom-client';
import { createLogger } from '@discord-relay/platform';
import { AuditLog } from './audit-log.js';
import { AuthMetrics } from '../../metrics/auth-metrics.js';
import { RelayDatabase } from '../../database/relay.database.js';

describe('AuditLog without its database', () => {
  it('an audit log without its database keeps what it can, counts losses, and reports them at the end', async () => {
    const logger = createLogger('test', 'test', 'silent');
    const metrics = new AuthMetrics(new Registry());
    const database = new RelayDatabase('postgres://nobody@127.0.0.1:1/none', logger);
    const audit = new AuditLog(database, metrics, logger);
    const dropped = async () => (await metrics.auditDropped.get()).values[0]!.value;
    for (let n = 0; n < 10_003; n++) audit.record({ action: 'test', actor: String(n) });
    expect(await dropped()).toBe(3);
    for (let n = 0; n < 5; n++) audit.record({ action: 'test', actor: '1' });
    expect(await dropped()).toBe(3);
    await audit.finish();
    expect(await dropped()).toBe(10_003);
    await database.close();
  });
});
