import { Registry } from 'prom-client';
import { IngestorMetrics } from './ingestor-metrics.js';

const queue = (length: number) => ({ inFlight: 0, length, lagMs: () => 0 });
const spool = (state: 'empty' | 'off') => ({
  spoolState: state,
  spoolEvents: 0,
  spoolBytes: 0,
  unwrittenBytes: 0,
});

/** A new run starts in the same process when NATS has lost data: see `Ingestor`. */
it('metrics come from the latest run', async () => {
  const registry = new Registry();
  const metrics = new IngestorMetrics(registry);
  for (const run of [1, 2]) {
    metrics.watchQueue(queue(run));
    metrics.watchSpool(spool(run === 1 ? 'off' : 'empty'), ['off', 'empty']);
    metrics.backfill.watchChannels(() => run);
    metrics.backfill.watchOldestGap(() => run * 1_000);
  }
  const text = await registry.metrics();
  expect(text).toContain('relay_ingestor_publish_queue_length 2\n');
  expect(text).toContain('relay_ingestor_spool_state{state="empty"} 1\n');
  expect(text).toContain('relay_ingestor_backfill_channels_remaining 2\n');
  expect(text).toContain('relay_ingestor_gap_oldest_open_seconds 2\n');
});
