// `npm run nest-check`: the Nest CLI builds, starts and extends every project of nest-cli.json as our own build does. It works in
// a temporary copy. Arguments name projects (default: all). Ends with one line: N passed, N failed.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { bootstrap } from '../bootstrap.mjs';
import { root } from '../build/files.mjs';
import { ended, interrupt, NestCli, printed } from './cli.mjs';
import { describeOutput, differences } from './compare.mjs';
import { installNestCli } from './install.mjs';
import { copyWorkspace, nestProjects } from './workspace.mjs';

/** Starts without settings, so that it can be watched. */
const WATCHED = 'discord-simulator';
const READY = 'simulator.ready';
const READY_AFTER_EDIT = 'simulator.ready_after_an_edit';

const counts = { passed: 0, failed: 0 };

/** Runs a check and counts it. After a failure, which is reported, the other checks still run. */
async function check(title, run) {
  const started = performance.now();
  const problem = await run().then(
    (lines) => lines?.join('\n'),
    (error) => error.stack,
  );
  const failed = problem !== undefined && problem !== '';
  counts[failed ? 'failed' : 'passed']++;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${failed ? 'FAILED' : 'passed'}: ${title} (${seconds} s)`);
  if (failed) console.log(problem);
}

async function checkBuild(cli, folder, project) {
  const { code, stdout, stderr } = await cli.run('build', project.name);
  return code === 0 ? compareBuilds(folder, project) : [`exit code ${code}`, stdout, stderr];
}

async function compareBuilds(folder, { root: project }) {
  const [ours, theirs] = await Promise.all(
    [root, folder].map((base) => describeOutput(join(base, project, 'dist'))),
  );
  return ours.length > 0 ? differences(ours, theirs) : ['our own build is empty'];
}

async function checkGenerate(cli, folder, { name, sourceRoot }) {
  const { code, stdout, stderr } = await cli.run('generate', 'service', 'example', '--project', name);
  const file = join(folder, sourceRoot, 'example/example.service.ts');
  return code === 0 && existsSync(file) ? [] : [`exit code ${code}`, stdout, stderr];
}

/**
 * Without settings a service names the missing keys and ends; the CLI prints its help. `nest start` builds as `nest build` does,
 * so each application is built once here.
 */
async function checkStart(cli, folder, project) {
  const { name, root: ownRoot } = project;
  const ours = await cli.runProgram(join(root, ownRoot, 'dist/main.js'));
  const theirs = await cli.run('start', name);
  const isSame =
    theirs.code === ours.code &&
    ['stdout', 'stderr'].every((output) => theirs[output].includes(ours[output]));
  return isSame
    ? compareBuilds(folder, project)
    : [`ours: ${JSON.stringify(ours)}`, `nest: ${JSON.stringify(theirs)}`];
}

/** @throws Error if an edit does not restart the program, or if a process of it still runs after Ctrl-C */
async function checkWatch(cli, folder, { name, sourceRoot }) {
  const child = cli.start({ SIM_PORT: '0' }, 'start', name, '--watch');
  await printed(child, `"${READY}"`);
  const main = join(folder, sourceRoot, 'main.ts');
  const restarted = printed(child, `"${READY_AFTER_EDIT}"`);
  await writeFile(main, (await readFile(main, 'utf8')).replace(READY, READY_AFTER_EDIT));
  await restarted;
  const stopped = ended(child);
  interrupt(child);
  await stopped;
}

async function checkProject(cli, folder, project) {
  const { name, type } = project;
  const isStarted = type === 'application' && name !== WATCHED;
  if (isStarted)
    await check(`nest start ${name} writes what our build writes, and ends as it does without settings`, () =>
      checkStart(cli, folder, project),
    );
  else await check(`nest build ${name} writes what our build writes`, () => checkBuild(cli, folder, project));
  await check(`nest generate adds a service to ${name}`, () => checkGenerate(cli, folder, project));
  if (name === WATCHED)
    await check(`nest start ${name} --watch starts it, and again after an edit, until Ctrl-C`, () =>
      checkWatch(cli, folder, project),
    );
}

async function checkAll(program, names) {
  const projects = await nestProjects();
  const { folder, remove } = await copyWorkspace(projects);
  const cli = new NestCli(program, folder);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => cli.stopAll());
  const waiting = projects.filter(({ name }) => names.length === 0 || names.includes(name));
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await checkProject(cli, folder, next);
  };
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, work));
  } finally {
    cli.stopAll();
    await remove();
  }
}

await bootstrap();
const program = await installNestCli().catch((error) => {
  console.error(`\n*** The checks of the Nest CLI are SKIPPED: ${error.message}. ***\n`);
});
if (program) await checkAll(program, process.argv.slice(2));
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;
