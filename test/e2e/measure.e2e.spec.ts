import { type Asked, type Figures, type Measurement, unmet } from '@discord-relay/local-stack';
import { backfill } from '../drills/backfill.js';
import { brokerAway } from '../drills/broker-away.js';
import { drillConfig } from '../drills/config.js';
import { ingestor } from '../drills/ingestor.js';
import { pipeline } from '../drills/pipeline.js';
import { ingestLatency } from '../../bench/ingest-latency.js';
import { ingest } from '../../bench/ingest.js';
import { projector } from '../drills/projector.js';
import { measurements as benches } from '../../bench/index.js';

describe('the short form of', () => {
  it('drill pipeline: kill -9 of every service once, nothing lost and nothing doubled', async () => {
    const said: string[] = [];
    const figures = await pipeline.run({ seed: 42, rounds: 1, progress: (line) => said.push(line) });
    const missed = unmet(figures, pipeline.asked);
    expect({ missed, kills: figures.kills, said: missed.length > 0 ? said : [] }).toEqual({
      missed: [],
      kills: 3,
      said: [],
    });
  }, 180_000);

  it.each<[string, Measurement, number, string[]]>([
    [ingestor.name, ingestor, 1, ['lost', 'doubled', 'unknown', 'identifiesBeyondFirst', 'faults']],
    [brokerAway.name, brokerAway, 1, ['lost', 'doubled', 'unknown']],
    [backfill.name, backfill, 1, Object.keys(backfill.asked)],
    [projector.name, projector, 5, Object.keys(projector.asked)],
    [ingest.name, ingest, 1, ['missing']],
    [ingestLatency.name, ingestLatency, 1, ['missing', 'events']],
  ])(
    '%s counts right, whatever its times are',
    async (_name, measurement, rounds, counted) => {
      const said: string[] = [];
      const figures = await measurement.run({ seed: 42, rounds, progress: (line) => said.push(line) });
      const missed = unmet(figures, only(measurement.asked, counted));
      expect({ missed, figures, said: missed.length > 0 ? said : [] }).toEqual({
        missed: [],
        figures,
        said: [],
      });
    },
    300_000,
  );
});

describe('the rate of drill broker-away', () => {
  it('is 300 dispatches/s unless the environment says another, and never nonsense', () => {
    expect(drillConfig({})).toEqual({ dispatchesPerS: 300 });
    expect(drillConfig({ DRILL_DISPATCHES_PER_S: '2500' })).toEqual({ dispatchesPerS: 2500 });
    expect(() => drillConfig({ DRILL_DISPATCHES_PER_S: '-1' })).toThrow('DRILL_DISPATCHES_PER_S');
  });
});

describe('benches', () => {
  it('have names of their own and ask for something', () => {
    const names = benches.map(({ name }: Measurement) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { asked } of benches) expect(Object.keys(asked).length).toBeGreaterThan(0);
  });
});

/** Some of the bounds. @throws Error for a figure that nothing is asked of, so that no typing error passes. */
function only(asked: Asked, names: readonly (keyof Figures)[]): Asked {
  return Object.fromEntries(
    names.map((name) => {
      const bound = asked[name];
      if (!bound) throw new Error(`nothing is asked of ${name}`);
      return [name, bound];
    }),
  );
}
