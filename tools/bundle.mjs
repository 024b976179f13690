// Makes one file of each program and all that it imports: Node.js spends more time on finding and opening some two
// thousand small files than the program needs to start.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow, mtimeMs, root } from './files.mjs';

const APPS = ['ingestor', 'projector', 'gateway-api', 'cli', 'discord-simulator'];
const LIBS = ['contracts', 'platform', 'read-model'].map((name) => `libs/${name}/dist`);
/** Beside the compiled files, so that what is found relative to main.js is found from here as well. */
export const BUNDLE = 'bundle.js';

async function newestMs(folder) {
  const files = (await filesBelow(join(root, folder))).filter((file) => !file.endsWith(BUNDLE));
  return Math.max(0, ...(await Promise.all(files.map(mtimeMs))));
}

async function isFresh(app, sharedMs) {
  const builtMs = await mtimeMs(join(root, 'apps', app, 'dist', BUNDLE));
  return builtMs > Math.max(sharedMs, await newestMs(`apps/${app}/dist`));
}

/** @throws Error for an import of ours that cannot be resolved; NestJS' optional ones stay imports. */
async function bundleApp(app, rolldown) {
  const dist = join(root, 'apps', app, 'dist');
  const bundle = await rolldown({
    input: join(dist, 'main.js'),
    platform: 'node',
    logLevel: 'warn',
    onLog(_level, log) {
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
  // In one step: another build, or a start, may be under way.
  const unfinished = join(dist, `${BUNDLE}.${process.pid}`);
  await writeFile(unfinished, inAscii(output[0].code));
  await rename(unfinished, join(dist, BUNDLE));
}

/** V8 keeps a source with a single wider character in two bytes for each: 8 MB of an idle service. */
const inAscii = (code) =>
  code.replaceAll(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Bundles what is older than its parts; returns how many bundles were written. */
export async function bundleApps() {
  const shared = await Promise.all([
    ...LIBS.map(newestMs),
    ...['node_modules/.package-lock.json', 'tools/bundle.mjs'].map((file) => mtimeMs(join(root, file))),
  ]);
  const fresh = await Promise.all(APPS.map((app) => isFresh(app, Math.max(...shared))));
  const stale = APPS.filter((_, i) => !fresh[i]);
  if (stale.length === 0) return 0;
  const { rolldown } = await import('rolldown');
  await Promise.all(stale.map((app) => bundleApp(app, rolldown)));
  return stale.length;
}
