import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  ASSUMED,
  capacityOf,
  deliveryCost,
  limitsOf,
  MEASURED,
  needsOf,
  scalingPage,
  scalingTables,
  SIZES,
  valuesOf,
} from './scaling.mjs';
import { filesBelow, root } from './repository-files.js';

const PARTITIONS = 8;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Round costs with which the results can be computed in the head. */
const COSTS = {
  ...valuesOf(MEASURED),
  ingestCpuUs: 100,
  shardPerS: 1e6,
  natsCpuUs: 100,
  projectCpuUs: 500,
  postgresCpuUs: 1_000,
  replayPerS: 10_000,
  logBytes: 1_000,
  rowBytes: 2_000,
  cpuUsAt500: 10,
  cpuUsAt2000: 10,
  socketKb: 16,
  socketCpuUs: 0,
};
const PLAIN = {
  ...valuesOf(ASSUMED),
  eventsPerGuildPerDay: 864,
  peakFactor: 10,
  readersShare: 0.5,
  load: 0.5,
  gatewayMb: 1_024,
  gatewayIdleMb: 112,
  postgresCores: 10,
  natsCores: 2,
  guildsPerShard: 1_000,
  shardsPerIngestor: 10,
  replicas: 3,
};

describe('the arithmetic of docs/scaling.md', () => {
  it('one replica holds what its core and its memory allow at the assumed load', () =>
    expect(capacityOf(COSTS, PLAIN)).toEqual({
      ingestorPerS: 5_000,
      projectorPerS: 1_000,
      gatewaySockets: 25_600,
      gatewayDeliveriesPerS: 50_000,
      postgresPerS: 5_000,
      natsPerS: 10_000,
    }));

  it('a size needs what its events and sockets cost', () =>
    expect(needsOf({ guilds: 20_000, sockets: 100_000 }, COSTS, PLAIN)).toEqual({
      // 20,000 servers x 864 events a day are 200/s, and 2,000/s at the peak.
      peakPerS: 2_000,
      shards: 20,
      ingestors: 2,
      projectors: 2,
      // By memory 4; 2,000/s x 2.5 readers x 10 µs are 50 ms of CPU a second.
      gateways: 4,
      deliveriesPerS: 5_000,
      postgresCores: 4,
      logGbPerDay: 51.84,
      rowsGbPerYear: 12_614.4,
      rebuildHoursPerYear: 175.2,
    }));

  it('two measurements tell the cost of reading a change from that of each delivery', () => {
    const { perChangeUs, perSocketUs } = deliveryCost({
      cpuUsAt500: 4 + 300 / 500,
      cpuUsAt2000: 4 + 300 / 2_000,
    });
    expect(perChangeUs).toBeCloseTo(300);
    expect(perSocketUs).toBeCloseTo(4);
    // Noise may make the larger number of sockets the dearer one.
    expect(deliveryCost({ cpuUsAt500: 4, cpuUsAt2000: 5 })).toEqual({ perChangeUs: 0, perSocketUs: 4 });
  });

  it('reading every change at many replicas needs further gateways', () => {
    const dear = { ...COSTS, cpuUsAt500: 10 + 2_000 / 500, cpuUsAt2000: 10 + 2_000 / 2_000 };
    const size = { guilds: 20_000, sockets: 100_000 };
    expect(needsOf(size, dear, PLAIN).gateways).toBeGreaterThan(needsOf(size, COSTS, PLAIN).gateways);
  });

  it('the limit that is met first is the first, and is reached where its share is one', () => {
    expect(
      limitsOf({ guilds: 20_000, sockets: 1 }, COSTS, PLAIN, 4).map(({ share }: { share: number }) => share),
    ).toEqual([0.5, 0.4, 0.2]);
    const [first] = limitsOf({ guilds: 20_000, sockets: 1 }, COSTS, PLAIN, 1);
    expect(first).toMatchObject({ limit: expect.stringMatching(/^1 partitions/), share: 2 });
  });

  it('a larger size never needs less', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (guilds, sockets) => {
          const [small, large] = [1, 2].map((times) =>
            needsOf(
              { guilds: guilds * times, sockets: sockets * times },
              valuesOf(MEASURED),
              valuesOf(ASSUMED),
            ),
          );
          for (const [name, value] of Object.entries(small))
            expect(large[name]).toBeGreaterThanOrEqual(value as number);
        },
      ),
      { numRuns: 50 },
    ));

  it('every number of the tables is a finite number above zero', () => {
    expect(SIZES.length).toBeGreaterThan(3);
    for (const content of Object.values(scalingTables(PARTITIONS))) {
      expect(content).not.toMatch(/NaN|∞|Infinity|undefined|\| 0 /);
    }
  });

  it('docs/scaling.md has the tables that the script computes', async () => {
    const { format, resolveConfig } = await import('prettier');
    const path = join(root, 'docs/scaling.md');
    const page = readFileSync(path, 'utf8');
    expect(
      await format(scalingPage(page, PARTITIONS), { ...(await resolveConfig(path)), filepath: path }),
    ).toBe(page);
  });

  it('the benches report every figure that was measured', async () => {
    const paths = await filesBelow('bench');
    for (const { bench, figure } of Object.values(MEASURED) as { bench: string; figure: string }[]) {
      const template = figure.replace(/At\d+$/, 'At$').replace(/^cpuUs_/, 'cpuUs_');
      const texts = paths.map(read);
      expect({ bench, found: texts.some((text) => text.includes(`name: '${bench}'`)) }).toEqual({
        bench,
        found: true,
      });
      expect({ figure, found: texts.some((text) => text.includes(template)) }).toEqual({
        figure,
        found: true,
      });
    }
  });
});
