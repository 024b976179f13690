import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = join(import.meta.dirname, '../../../apps/web/dist');
const FIRST_LOAD_MAX_KB = 180;

const gzippedKb = async (file: string): Promise<number> =>
  gzipSync(await readFile(join(DIST, file)), { level: 9 }).length / 1_000;

/** How much a browser loads before it shows anything, and what it loads later. */
export function sizeCases(): void {
  it('the first load of the page is below its size limit, and views with their libraries load on demand', async () => {
    const html = await readFile(join(DIST, 'index.html'), 'utf8');
    const first = [
      'index.html',
      ...[...html.matchAll(/"\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file!),
    ];
    const all = (await readdir(join(DIST, 'assets'))).filter((file) => /\.(js|css)$/.test(file));
    const later = all.map((file) => `assets/${file}`).filter((file) => !first.includes(file));
    const sizes = async (files: readonly string[]) =>
      Promise.all(files.map(async (file) => ({ file, kB: Math.round((await gzippedKb(file)) * 10) / 10 })));
    const [firstSizes, laterSizes] = await Promise.all([sizes(first), sizes(later)]);
    const sumKb = firstSizes.reduce((sum, { kB }) => sum + kB, 0);
    process.stderr.write(
      `page, gzipped: first load ${sumKb.toFixed(1)} kB; later ${JSON.stringify(laterSizes)}\n`,
    );
    expect(sumKb).toBeLessThan(FIRST_LOAD_MAX_KB);
    expect(later.length).toBeGreaterThan(8);
  });
}
