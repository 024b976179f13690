import { Registry } from 'prom-client';
import { createLogger } from '@discord-relay/platform';
import { IngestorMetrics } from '../../../metrics/ingestor-metrics.js';
import { ShardStatuses } from './shard-statuses.js';

describe('ShardStatuses', () => {
  it('ShardStatuses raises an alert after five consecutive failures, and clears it when the shard connects', async () => {
    const metrics = new IngestorMetrics(new Registry());
    const board = new ShardStatuses(metrics, createLogger('ingestor', 'spec', 'silent'));
    const alert = async () => (await metrics.shardAlert.get()).values.map(({ value }) => value);
    board.add(3);
    for (let failures = 1; failures <= 6; failures++) {
      board.apply(3, { type: 'opening' });
      board.apply(3, { type: 'closed', final: false });
      expect(board.statusOf(3)).toEqual({ state: 'RECONNECTING', failures });
      expect(await alert()).toEqual([failures >= 5 ? 1 : 0]);
    }
    board.apply(3, { type: 'hello', resuming: true });
    board.apply(3, { type: 'connected' });
    expect(await alert()).toEqual([0]);
    board.remove(3);
    expect(await alert()).toEqual([]);
  });
});
