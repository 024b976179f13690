import { RebuildStack } from '../support/stacks/rebuild-stack.js';
import { rebuildUnderLoad } from '../support/load/rebuild-load.js';
import { withTempStack } from '../support/stacks/temp-stack.js';

describe('a rebuild while clients are connected', () => {
  it('a switch to a rebuilt projection and back loses, duplicates and refuses nothing for connected clients', async () => {
    const load = { clients: 10, messagesPerSecond: 50, rounds: 1, stayMs: 1_000, seed: 1 };
    const lines: string[] = [];
    const progress = (line: string) => void lines.push(line);
    const figures = await withTempStack({ progress }, (temp) =>
      rebuildUnderLoad(temp, { ...load, progress }),
    );
    expect({ ...figures, reports: lines.filter((line) => line.startsWith('client ')) }).toMatchObject({
      requestsFailed: 0,
      missed: 0,
      doubled: 0,
      unequal: 0,
      comparisons: 2,
      clientsNotRenewed: 0,
      reports: [],
    });
    expect(figures.facts).toBeGreaterThan(0);
    expect(figures.requests).toBeGreaterThan(0);
  }, 120_000);
});

const EVENTS = 12_000;

describe('a projector that is killed (-9)', () => {
  it('a projector killed in the middle of a build continues it afterwards, and the rows are the same', async () => {
    await RebuildStack.with(async (stack) => {
      await stack.append(EVENTS);
      await stack.projected(1, EVENTS);
      await stack.request('projections.rebuild');
      expect(await stack.killWhileBuilding(2, EVENTS)).toBeLessThan(EVENTS);
      stack.projector.start();
      await stack.reached('1 active', '2 ready');
      await stack.projected(2, EVENTS);
      expect(await stack.request('projections.compare')).toMatchObject({ source: 1, target: 2, equal: true });
    });
  }, 180_000);

  it('a projector killed in the middle of a switch has switched nothing; afterwards the switch is possible', async () => {
    await RebuildStack.with(async (stack) => {
      await stack.append(200);
      await stack.request('projections.rebuild');
      await stack.reached('1 active', '2 ready');
      await stack.killWhileSwitching(2);
      await stack.reached('1 active', '2 ready');
      stack.projector.start();
      await stack.append(100);
      await stack.projected(1, 300);
      await stack.projected(2, 300);
      expect(await stack.request('projections.switch')).toMatchObject({ from: 1, to: 2 });
      await stack.reached('1 retired', '2 active');
      await stack.append(100);
      await stack.projected(2, 400);
      expect(await stack.request('projections.compare')).toMatchObject({ source: 2, target: 1, equal: true });
    });
  }, 180_000);
});
