// What a release needs to be consistent, for .github/workflows/release.yaml: `node tools/release/release.mjs vX.Y.Z` checks the
// checkout against the tag and prints the section of the changelog.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { root } from '../build/files.mjs';

/** https://semver.org, with an optional pre-release; build metadata cannot be in the tag of an image. */
const TAG = /^v((?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)$/;

/** The version of a tag. @throws Error when it is not `v` and a semantic version */
export function versionOf(tag) {
  const version = TAG.exec(tag)?.[1];
  if (!version) throw new Error(`${tag} is not a version, such as v1.2.3 or v1.2.3-rc.1`);
  return version;
}

/** The text below the heading of a version; undefined without one. */
export function notesOf(version, changelog) {
  const sections = changelog.split(/^## /m).slice(1);
  const found = sections.find(
    (section) => section.split('\n', 1)[0].replaceAll(/[[\]]/g, '').split(' ')[0] === version,
  );
  return found?.slice(found.indexOf('\n')).trim();
}

/**
 * What differs from the version that is released.
 * @param {{ manifests: Record<string, object>, changelog: string, upgrading: string, chart?: object }} files the parsed
 * package.json files by path, the changelog, docs/upgrading.md, and the parsed Chart.yaml
 */
export function problemsOf(version, { manifests, changelog, upgrading, chart }) {
  return [
    ...Object.entries(manifests).flatMap(([path, manifest]) => versionsIn(path, manifest)),
    ...(chart
      ? [
          ['the version of the chart', chart.version],
          ['the appVersion of the chart', chart.appVersion],
        ]
      : []),
  ]
    .filter(([, found]) => found !== version)
    .map(([what, found]) => `${what} is ${found}, not ${version}`)
    .concat(notesOf(version, changelog) ? [] : [`CHANGELOG.md has no section ${version}`])
    .concat(upgrading.includes(`\n## ${version}\n`) ? [] : [`docs/upgrading.md has no section ${version}`]);
}

/** The version of a package, and those of the repository's packages that it depends on. */
function versionsIn(path, { version, dependencies, devDependencies }) {
  const ours = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) =>
    name.startsWith('@discord-relay/'),
  );
  return [[path, version], ...ours.map(([name, wanted]) => [`${name} in ${path}`, wanted])];
}

async function readFiles() {
  const text = (path) => readFile(join(root, path), 'utf8');
  const folders = await Promise.all(
    ['apps', 'libs'].map(async (kind) => (await readdir(join(root, kind))).map((name) => `${kind}/${name}`)),
  );
  const paths = ['.', ...folders.flat(), 'tools/local-stack'].map((folder) => join(folder, 'package.json'));
  const manifests = Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, JSON.parse(await text(path))])),
  );
  const [changelog, upgrading] = await Promise.all([text('CHANGELOG.md'), text('docs/upgrading.md')]);
  const chart = await text('charts/discord-relay/Chart.yaml').then(parse, () => undefined);
  return { manifests, changelog, upgrading, chart };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const version = versionOf(process.argv[2] ?? '');
  const files = await readFiles();
  const problems = problemsOf(version, files);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
  console.log(notesOf(version, files.changelog));
}
