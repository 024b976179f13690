// Hooks of Node.js' loader, in a thread of their own: TypeScript, and our libraries as sources instead of compiled.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from './compile.mjs';

const TYPESCRIPT = /^file:.*\.tsx?$/;
const GLOBALS = new URL('globals.mjs', import.meta.url).href;
let settings;

export function initialize(data) {
  settings = data;
}

/** `./name.js` in a TypeScript file is `name.ts` or `name.tsx`. */
function sourceOf(specifier, parent) {
  if (!/^\.{1,2}\/.*\.js$/.test(specifier) || !TYPESCRIPT.test(parent ?? '')) return undefined;
  return ['ts', 'tsx']
    .map((ending) => new URL(specifier.replace(/js$/, ending), parent))
    .find((url) => existsSync(url))?.href;
}

export function resolve(specifier, context, nextResolve) {
  if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true };
  const url = sourceOf(specifier, context.parentURL);
  if (url) return { url, format: 'module', shortCircuit: true };
  return nextResolve(specifier, {
    ...context,
    conditions: [...settings.conditions, ...context.conditions],
  });
}

export async function load(url, context, nextLoad) {
  if (!TYPESCRIPT.test(url)) return nextLoad(url, context);
  return {
    format: 'module',
    source: await compile(settings.cacheFolder, fileURLToPath(url)),
    shortCircuit: true,
  };
}
