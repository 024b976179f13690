import type { Measurement } from '@discord-relay/local-stack';
import { ingestLatency } from '../../bench/ingest/ingest-latency.js';
import { ingest } from '../../bench/ingest/ingest.js';
import { backfill } from '../drills/backfill.js';
import { brokerAway } from '../drills/broker-away.js';
import { drillConfig } from '../drills/config.js';
import { ingestor } from '../drills/ingestor.js';
import { expectShortForm, SHORT_FORM_LIMIT_MS } from './short-form.js';

describe('the short form of', () => {
  it.each<[string, Measurement, string[] | undefined]>([
    [ingestor.name, ingestor, ['lost', 'doubled', 'unknown', 'identifiesBeyondFirst', 'faults']],
    [brokerAway.name, brokerAway, ['lost', 'doubled', 'unknown']],
    [backfill.name, backfill, undefined],
    [ingest.name, ingest, ['missing']],
    [ingestLatency.name, ingestLatency, ['missing', 'events']],
  ])(
    'the short form of %s has the right counts',
    (_name, measurement, counted) => expectShortForm(measurement, 1, counted),
    SHORT_FORM_LIMIT_MS,
  );
});

describe('the rate of drill broker-away', () => {
  it('the rate of drill broker-away is 300 dispatches/s unless the environment sets another valid one', () => {
    expect(drillConfig({})).toEqual({ dispatchesPerS: 300 });
    expect(drillConfig({ DRILL_DISPATCHES_PER_S: '2500' })).toEqual({ dispatchesPerS: 2500 });
    expect(() => drillConfig({ DRILL_DISPATCHES_PER_S: '-1' })).toThrow('DRILL_DISPATCHES_PER_S');
  });
});
