import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measurements } from '../../bench/index.js';
import { readResults } from './bench-results.mjs';
import { benchmarkFiles, withRun } from './benchmarks.mjs';
import { root } from './repository-files.js';

const BENCH = { name: 'speed', description: 'how fast it is' };
const run = (figures: Record<string, number | null>, date = '2026-01-02T03:04:05.000Z') => ({
  date,
  commit: '01234567',
  command: 'npm run bench -- speed --seed 1',
  machine: '2 x CPU',
  figures,
  required: { perS: { min: 1_000 }, p99Ms: { max: 20 }, lost: { equals: 0 } },
  ok: false,
});
const PAGE = 'docs/benchmarks.md';
const PLOT = 'docs/benchmarks/speed.svg';

describe('docs/benchmarks.md', () => {
  it('the page has figures with their bounds, those that nothing is required of last, and says how to repeat the run', () => {
    const runs = [run({ perS: 900, p99Ms: 5, lost: 0, rssMb: 12_345.678 })];
    const page = benchmarkFiles([BENCH], [{ name: 'speed', runs }], '')[PAGE]!;
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows).toEqual([
      '| `perS` | 900 | at least 1,000 | **no** |',
      '| `p99Ms` | 5 | at most 20 | yes |',
      '| `lost` | 0 | exactly 0 | yes |',
      '| `rssMb` | 12,345.68 |  |  |',
    ]);
    expect(page).toContain('`npm run bench -- speed --seed 1` on 2026-01-02, commit `01234567`, 2 x CPU:');
    expect(page).toContain('![speed](benchmarks/speed.svg)');
  });

  it('a plot has a bar for each bound that is not an exact number, and a line for each earlier run', () => {
    const runs = [run({ perS: 500, p99Ms: 90, lost: 1 }), run({ perS: 2_000, p99Ms: 5, lost: 0 })];
    const plot = benchmarkFiles([BENCH], [{ name: 'speed', runs }], '')[PLOT]!;
    expect(plot.match(/class="met"/g)).toHaveLength(2);
    expect(plot.match(/class="earlier"/g)).toHaveLength(2);
    // Twice the bound is the end of the scale.
    expect(plot).toContain('width="300" height="16" rx="2"/>');
    expect(plot).toContain('2,000, at least 1,000');
  });

  it('a figure that is missing is not met, and has no bar', () => {
    const files = benchmarkFiles([BENCH], [{ name: 'speed', runs: [run({ perS: null })] }], '');
    expect(files[PAGE]).toContain('| `perS` | none | at least 1,000 | **no** |');
    expect(files[PLOT]).toBeUndefined();
  });

  it('a bench without a recorded run is listed as one', () =>
    expect(benchmarkFiles([BENCH], [], '')[PAGE]).toContain(
      '## Without a recorded run\n\n- `speed`: how fast it is.\n',
    ));

  it('the newest ten runs of a bench are kept', () => {
    let result = { name: 'speed', runs: [] as ReturnType<typeof run>[] };
    for (let perS = 1; perS <= 12; perS++) result = withRun(result, run({ perS })) as typeof result;
    expect(result.runs.map(({ figures }) => figures.perS)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('the page names every bench, and bench/results has none that does not exist', async () => {
    const page = readFileSync(join(root, PAGE), 'utf8');
    const names = measurements.map(({ name }) => name);
    const named = (name: string) => page.includes(`\n## ${name}\n`) || page.includes(`\n- \`${name}\`: `);
    expect(names.filter((name) => !named(name))).toEqual([]);
    const results = await readResults(root);
    expect(results.map(({ name }) => name).filter((name) => !names.includes(name))).toEqual([]);
    const plots = [...page.matchAll(/\]\((benchmarks\/[^)]*\.svg)\)/g)].map(([, file]) => file!);
    expect(plots.filter((file) => !existsSync(join(root, 'docs', file)))).toEqual([]);
  });
});
