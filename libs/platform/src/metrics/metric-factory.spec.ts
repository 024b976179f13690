import { Registry } from 'prom-client';
import { MetricFactory } from './metric-factory.js';

describe('MetricFactory', () => {
  let registry: Registry;
  let metrics: MetricFactory;

  beforeEach(() => {
    registry = new Registry();
    metrics = new MetricFactory(registry, 'relay_part');
  });

  const valuesOf = async (name: string) => (await registry.getSingleMetric(name)!.get()).values;

  it('the metric factory creates metrics under its prefix, with their labels', async () => {
    metrics.counter('events_total', 'Events.', ['type']).inc({ type: 'a' }, 2);
    metrics.gauge('open', 'Open.').set(3);
    metrics.histogram('seconds', 'Time.', [1, 2]).observe(1.5);
    expect(await valuesOf('relay_part_events_total')).toEqual([{ labels: { type: 'a' }, value: 2 }]);
    expect(await valuesOf('relay_part_open')).toEqual([{ labels: {}, value: 3 }]);
    const text = await registry.metrics();
    expect(text).toContain('relay_part_seconds_bucket{le="1"} 0');
    expect(text).toContain('relay_part_seconds_bucket{le="2"} 1');
  });

  it('the value of a gauge is read at every scrape, from the newest source', async () => {
    let length = 1;
    metrics.gaugeAtScrape('length', 'Length.', () => length);
    expect(await valuesOf('relay_part_length')).toEqual([{ labels: {}, value: 1 }]);
    length = 2;
    expect(await valuesOf('relay_part_length')).toEqual([{ labels: {}, value: 2 }]);
    metrics.gaugeAtScrape('length', 'Length.', () => 7);
    expect(await valuesOf('relay_part_length')).toEqual([{ labels: {}, value: 7 }]);
  });

  it('a state metric is 1 for the current state only', async () => {
    let state = 'off';
    metrics.stateAtScrape('state', 'State.', ['off', 'on'], () => state);
    state = 'on';
    expect(await valuesOf('relay_part_state')).toEqual([
      { labels: { state: 'off' }, value: 0 },
      { labels: { state: 'on' }, value: 1 },
    ]);
  });
});
