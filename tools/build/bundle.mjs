// Bundles each program with everything that it imports: Node.js spends more time finding and opening some two thousand small
// files than the program needs to start.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow, mtimeMs, root } from './files.mjs';

/** Every program with its entry file. */
const PROGRAMS = [
  ...['ingestor', 'projector', 'gateway-api', 'cli', 'discord-simulator'].map((app) => ({
    app,
    entry: 'main.js',
    output: 'bundle.js',
  })),
  { app: 'projector', entry: 'migrate.js', output: 'migrate.bundle.js' },
  { app: 'gateway-api', entry: 'export-worker.js', output: 'export-worker.bundle.js' },
  { app: 'cli', entry: 'export-encoder.js', output: 'export-encoder.bundle.js' },
];
const LIBS = ['contracts', 'platform', 'read-model', 'export', 'mcp'].map((name) => `libs/${name}/dist`);
/** Bundles lie beside the compiled files, so that paths relative to main.js work from both. */
export const isBundle = (path) => /(^|[\\/.])bundle\.js$/.test(path);

async function newestMs(folder) {
  const files = (await filesBelow(join(root, folder))).filter((file) => !isBundle(file));
  return Math.max(0, ...(await Promise.all(files.map(mtimeMs))));
}

async function isFresh({ app, output }, sharedMs) {
  const builtMs = await mtimeMs(join(root, 'apps', app, 'dist', output));
  return builtMs > Math.max(sharedMs, await newestMs(`apps/${app}/dist`));
}

/** @throws Error for an import of ours that cannot be resolved; NestJS' optional imports remain. */
async function generate({ app, entry }, plugins) {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: join(root, 'apps', app, 'dist', entry),
    platform: 'node',
    logLevel: 'warn',
    plugins,
    checks: { pluginTimings: false },
    onLog(_level, log) {
      // The plugin also looks for rollup, and reports that it is missing.
      if (log.plugin === 'rollup-plugin-sbom') return;
      if (log.code !== 'UNRESOLVED_IMPORT' || !log.message.includes('node_modules'))
        throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({
    format: 'esm',
    codeSplitting: false,
    keepNames: true,
    comments: false,
  });
  await bundle.close();
  return output;
}

async function bundleProgram(program) {
  const [{ code }] = await generate(program, []);
  await writeAtOnce(join(root, 'apps', program.app, 'dist', program.output), inAscii(code));
}

/**
 * The bill of materials of a program and its threads (CycloneDX, JSON): the packages whose code is in the bundles, and those that are
 * installed beside them.
 * @param outputs the bundles, that of the program first
 * @param packages their folders, from the root of the repository
 */
export async function billOfMaterials(outputs, packages = []) {
  const [bill, ...others] = await Promise.all(outputs.map(billOfBundle));
  for (const { components, dependencies } of others) {
    addNew(bill.components, components, 'bom-ref');
    addNew(bill.dependencies, dependencies, 'ref');
  }
  bill.components.push(...(await Promise.all(packages.map(componentOf))));
  return JSON.stringify(bill, undefined, 2);
}

async function billOfBundle(output) {
  const { default: sbom } = await import('rollup-plugin-sbom');
  const program = PROGRAMS.find((each) => output === `apps/${each.app}/dist/${each.output}`);
  const files = await generate(program, [sbom({ saveTimestamp: false, includeWellKnown: false })]);
  const { source } = files.find(({ type, fileName }) => type === 'asset' && fileName.endsWith('bom.json'));
  return JSON.parse(source);
}

function addNew(list, others, key) {
  const known = new Set(list.map((each) => each[key]));
  list.push(...others.filter((each) => !known.has(each[key])));
}

async function componentOf(folder) {
  const { name, version, license, description } = JSON.parse(
    await readFile(join(root, folder, 'package.json'), 'utf8'),
  );
  const purl = `pkg:npm/${name}@${version}`;
  const licenses = [{ license: { id: license, acknowledgement: 'declared' } }];
  return { type: 'library', name, version, 'bom-ref': purl, description, licenses, purl };
}

/** Another build, or a start, may run at the same time. */
async function writeAtOnce(path, content) {
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, content);
  await rename(unfinished, path);
}

/** V8 stores a source with a single wider character in two bytes per character: 8 MB of an idle service. */
const inAscii = (code) =>
  code.replaceAll(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Bundles what is older than its parts; returns how many bundles were written. */
export async function bundleApps() {
  const shared = await Promise.all([
    ...LIBS.map(newestMs),
    ...['node_modules/.package-lock.json', 'tools/build/bundle.mjs'].map((file) => mtimeMs(join(root, file))),
  ]);
  const fresh = await Promise.all(PROGRAMS.map((program) => isFresh(program, Math.max(...shared))));
  const stale = PROGRAMS.filter((_, i) => !fresh[i]);
  if (stale.length === 0) return 0;
  await Promise.all(stale.map(bundleProgram));
  return stale.length;
}
