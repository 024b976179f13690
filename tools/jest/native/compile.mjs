// Compiles TypeScript for Node.js' own loader, and keeps the result on disk.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

const { version } = createRequire(import.meta.url)('@swc/core/package.json');
const configFile = join(import.meta.dirname, '../../../.swcrc');
const salt = `${version} ${readFileSync(configFile, 'utf8')}`;

/** Where the compiled file (`.js`) and its source map (`.map`) are kept, without the ending. */
export function cachePath(folder, path, source) {
  const hash = createHash('sha1').update(salt).update(path).update(source);
  return join(folder, hash.digest('hex'));
}

/** Other workers, which may write the same file, never read half of it. */
function writeAtOnce(path, text) {
  const unfinished = `${path}.${process.pid}.${threadId}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, path);
}

function readCached(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @returns the code of the file as an ES module */
export async function compile(folder, path) {
  const source = readFileSync(path, 'utf8');
  const target = cachePath(folder, path, source);
  const cached = readCached(`${target}.js`);
  if (cached !== undefined) return cached;
  const { transform } = await import('@swc/core');
  const { code, map } = await transform(source, { configFile, filename: path, sourceFileName: path });
  mkdirSync(folder, { recursive: true });
  writeAtOnce(`${target}.map`, map);
  writeAtOnce(`${target}.js`, code);
  return code;
}
