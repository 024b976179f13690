// Compiles every workspace's src/ to dist/ with SWC, bundles each program into one file, and builds the page and the
// renderer of HTML exports with Vite; only what is older than its source.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleApps, isBundle } from './build/bundle.mjs';
import { filesBelow, mtimeMs, root } from './build/files.mjs';

/** Folders whose src/ (or whole tree) is compiled. bench and test/drills run compiled, like the product. */
const units = [
  ...['contracts', 'platform', 'read-model', 'export', 'client', 'mcp'].map((name) => unit(`libs/${name}`)),
  ...['ingestor', 'projector', 'gateway-api', 'cli', 'discord-simulator'].map((name) => unit(`apps/${name}`)),
  unit('tools/local-stack'),
  unit('tools/kubernetes'),
  { from: 'bench', to: 'dist/bench' },
  { from: 'test', to: 'dist/test' },
];

function unit(folder) {
  return { from: `${folder}/src`, to: `${folder}/dist` };
}

const isSource = (path) => path.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(path);

async function compileUnit({ from, to }, swc, optionsMtimeMs) {
  const sources = (await filesBelow(join(root, from))).filter(isSource);
  const outputs = new Map(
    sources.map((source) => [
      source,
      join(root, to, relative(join(root, from), source)).replace(/\.ts$/, '.js'),
    ]),
  );
  const wanted = new Set(outputs.values());
  for (const stale of await filesBelow(join(root, to))) {
    if (isBundle(stale) || wanted.has(stale.replace(/\.map$/, ''))) continue;
    if (/\.js(\.map)?$/.test(stale)) await rm(stale);
  }
  const done = await Promise.all(
    [...outputs].map(async ([source, output]) => {
      const builtMs = await mtimeMs(output);
      if (builtMs > (await mtimeMs(source)) && builtMs > optionsMtimeMs) return 0;
      const sourceFileName = relative(dirname(output), source);
      const { code, map } = await swc.transformFile(source, {
        configFile: join(root, '.swcrc'),
        sourceFileName,
      });
      await mkdir(dirname(output), { recursive: true });
      const name = output.slice(dirname(output).length + 1);
      await writeFile(output, `${code}\n//# sourceMappingURL=${name}.map\n`);
      await writeFile(`${output}.map`, map);
      return 1;
    }),
  );
  return done.reduce((sum, n) => sum + n, 0);
}

async function newestMs(folder) {
  const files = (await filesBelow(folder)).filter((file) => !/node_modules|[\\/]dist[\\/]/.test(file));
  return Math.max(0, ...(await Promise.all(files.map(mtimeMs))));
}

/** What Vite builds from apps/web: the page, and the renderer of HTML exports. */
const WEB_BUILDS = [
  { config: 'vite.config.ts', output: 'dist/index.html' },
  { config: 'vite.archive.config.ts', output: 'archive/dist/archive.js' },
];

async function buildWeb() {
  const web = join(root, 'apps/web');
  const inputs = await Promise.all(
    ['apps/web', 'libs/client/src', 'libs/contracts/src'].map((dir) => newestMs(join(root, dir))),
  );
  const newest = Math.max(...inputs);
  const built = await Promise.all(WEB_BUILDS.map(({ output }) => mtimeMs(join(web, output))));
  const stale = WEB_BUILDS.filter((_, i) => built[i] <= newest);
  if (stale.length === 0) return 0;
  // Vite belongs to the page's workspace and may be installed only there.
  const vite = createRequire(join(web, 'package.json')).resolve('vite');
  const { build } = await import(pathToFileURL(vite).href);
  // Vite sets NODE_ENV for the whole process; code that runs after the build must not mistake it for the user's setting.
  const { NODE_ENV } = process.env;
  for (const { config } of stale) await build({ root: web, configFile: join(web, config), logLevel: 'warn' });
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
  return stale.length;
}

/** Builds what has changed; returns how many files were written. */
export async function build() {
  const swc = await import('@swc/core');
  const optionsMtimeMs = await mtimeMs(join(root, '.swcrc'));
  const counts = await Promise.all(
    units.map((each) => compileUnit(each, swc.default ?? swc, optionsMtimeMs)),
  );
  const others = [await bundleApps(), await buildWeb()];
  return [...counts, ...others].reduce((sum, n) => sum + n, 0);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started = performance.now();
  const written = await build();
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  console.error(`build ${version}: ${written} outputs in ${Math.round(performance.now() - started)} ms`);
}
