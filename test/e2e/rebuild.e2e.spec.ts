import { rebuildUnderLoad } from '../support/rebuild-load.js';
import { withTempStack } from '../support/temp-stack.js';

describe('a rebuild while clients are connected', () => {
  it('loses, doubles and refuses nothing when it is switched to, and back', async () => {
    const load = { clients: 10, messagesPerSecond: 50, rounds: 1, stayMs: 1_000, seed: 1 };
    const told: string[] = [];
    const progress = (line: string) => void told.push(line);
    const figures = await withTempStack({ progress }, (temp) =>
      rebuildUnderLoad(temp, { ...load, progress }),
    );
    expect({ ...figures, told: told.filter((line) => line.startsWith('client ')) }).toMatchObject({
      requestsFailed: 0,
      missed: 0,
      doubled: 0,
      unequal: 0,
      comparisons: 2,
      clientsNotRenewed: 0,
      told: [],
    });
    expect(figures.facts).toBeGreaterThan(0);
    expect(figures.requests).toBeGreaterThan(0);
  }, 120_000);
});
