// Fetches Discord's published OpenAPI specification into a cache that the conformance tests read when DISCORD_SPEC_DIR
// is not set. Usage: npm run discord-spec [-- --url URL --to FOLDER]
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './build/files.mjs';

/** https://github.com/discord/discord-api-spec */
const SOURCE = 'https://raw.githubusercontent.com/discord/discord-api-spec/main/specs/openapi.json';
const CACHE = join(root, '.data', 'discord-spec');
const TIMEOUT_MS = 60_000;

class SpecFailure extends Error {}

async function download(url) {
  let response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new SpecFailure(`no answer from ${new URL(url).host} (${error.cause?.code ?? error.name})`);
  }
  if (!response.ok) throw new SpecFailure(`${url} answered with status ${response.status}`);
  return await response.text();
}

/** @returns the version that the document names */
function versionOf(text, url) {
  let document;
  try {
    document = JSON.parse(text);
  } catch {
    throw new SpecFailure(`${url} is not JSON`);
  }
  if (!document?.openapi || !document.paths || !document.components?.schemas)
    throw new SpecFailure(`${url} is not an OpenAPI document`);
  return document.info?.version ?? 'without a version';
}

const { values } = parseArgs({
  options: { url: { type: 'string', default: SOURCE }, to: { type: 'string', default: CACHE } },
});

try {
  const text = await download(values.url);
  const version = versionOf(text, values.url);
  await mkdir(values.to, { recursive: true });
  const file = join(values.to, 'openapi.json');
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
  console.log(
    `Discord's OpenAPI specification (${version}) is in ${file}. The conformance tests use it now.`,
  );
} catch (error) {
  if (!(error instanceof SpecFailure)) throw error;
  console.error(
    `Discord's specification was not fetched: ${error.message}.\n` +
      'Without a fetched copy, or a folder in DISCORD_SPEC_DIR, the conformance tests are skipped and say so.',
  );
  process.exitCode = 1;
}
