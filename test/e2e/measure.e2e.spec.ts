import { type Measurement, unmet } from '@discord-relay/local-stack';
import { pipeline } from '../drills/pipeline.js';
import { measurements as benches } from '../../bench/index.js';

const quiet = { progress: () => undefined };

describe('the short form of', () => {
  it('drill pipeline: kill -9 of every service once, nothing lost and nothing doubled', async () => {
    const figures = await pipeline.run({ seed: 42, rounds: 1, ...quiet });
    expect({ unmet: unmet(figures, pipeline.asked), kills: figures.kills }).toEqual({ unmet: [], kills: 3 });
  }, 180_000);
});

describe('benches', () => {
  it('have names of their own and ask for something', () => {
    const names = benches.map(({ name }: Measurement) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { asked } of benches) expect(Object.keys(asked).length).toBeGreaterThan(0);
  });
});
