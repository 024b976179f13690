import { type Measurement, unmet } from '@discord-relay/local-stack';
import { pipeline } from '../drills/pipeline.js';
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

  it('drill projector: crashes, pauses and restarts leave the rows that the log says', async () => {
    const said: string[] = [];
    const figures = await projector.run({ seed: 7, rounds: 5, progress: (line) => said.push(line) });
    const missed = unmet(figures, projector.asked);
    expect({ missed, said: missed.length > 0 ? said : [] }).toEqual({ missed: [], said: [] });
  }, 300_000);
});

describe('benches', () => {
  it('have names of their own and ask for something', () => {
    const names = benches.map(({ name }: Measurement) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { asked } of benches) expect(Object.keys(asked).length).toBeGreaterThan(0);
  });
});
